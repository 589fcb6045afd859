"""The rows of a handbook's text."""

from .document import Body, Document, Link, Redirect
from .media import Media
from .revision import Revision
from .run import Run, RunAssignee, RunEntry, RunItem

__all__ = [
    "Body",
    "Document",
    "Link",
    "Media",
    "Redirect",
    "Revision",
    "Run",
    "RunAssignee",
    "RunEntry",
    "RunItem",
]
