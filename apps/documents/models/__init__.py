"""The rows of a handbook's text."""

from .document import Body, Document, Link, Redirect
from .media import Media
from .revision import Revision

__all__ = ["Body", "Document", "Link", "Media", "Redirect", "Revision"]
