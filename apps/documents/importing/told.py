"""What an import has to say: English, with what it was made of, so that others can say it in a language."""

from __future__ import annotations

from typing import Any, Self


class Told(str):
    """A sentence with named placeholders and their values. It is its English text wherever it is compared
    or joined, and goes through pickles whole: nothing in the processes of an import knows languages."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        self = super().__new__(cls, template % values)
        self.template, self.values = template, values
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values


def sentence(template: str) -> str:
    """Marks the template of a Told that is made elsewhere: the catalogues of languages collect both."""
    return template
