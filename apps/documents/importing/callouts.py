"""What other tools call admonitions, hints or asides, as Cairn's callouts."""

KINDS = {
    "tip": ("tip", "hint", "success", "check", "done"),
    "important": ("important",),
    "warning": ("warning", "warn", "attention"),
    "caution": ("caution", "danger", "error", "failure", "fail", "missing", "bug", "critical"),
    "note": ("note", "info", "abstract", "summary", "todo", "question", "faq", "example", "quote", "seealso"),
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}


def callout(name: str, title: str, text: str) -> str:
    """A callout in Markdown; without a title of its own it shows its kind's."""
    kind, text = KIND_OF.get(name.lower(), "note"), text.strip("\n")
    title = " ".join(title.split())
    if title.casefold() in {"", kind, name.casefold()}:
        return f"> [!{kind.upper()}]\n{quoted(text)}"
    if ":::" in text or title.startswith("["):
        return f"> [!{kind.upper()}]\n{quoted(f'**{title}**\n\n{text}')}"
    return f":::{kind} {title}\n\n{text}\n\n:::"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
