"""The rows of a handbook's text."""

from .comment import Comment, Thread
from .document import Body, Document, Link, Redirect
from .media import Media
from .revision import Revision

__all__ = ["Body", "Comment", "Document", "Link", "Media", "Redirect", "Revision", "Thread"]
