class ImportRefusedError(Exception):
    """The whole import is refused. `origin` is the file (or folder, or zip) that caused it."""

    def __init__(self, origin: str, message: str) -> None:
        super().__init__(f"{origin}: {message}")
        self.origin = origin
        self.message = message

    def __reduce__(self) -> tuple[type["ImportRefusedError"], tuple[str, str]]:
        return type(self), (self.origin, self.message)
