"""The words that stored HTML leaves open, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """As fill_links() takes them."""
    return {
        "note": _("Note"),
        "tip": _("Tip"),
        "important": _("Important"),
        "warning": _("Warning"),
        "caution": _("Caution"),
        "table": _("Table"),
        "footnotes": _("Footnotes"),
        "back": _("Back to reference"),
        "required": _("Required"),
        "missing": _("(no such page yet)"),
    }
