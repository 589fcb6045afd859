"""The rows of a handbook's text, and of what people do with its pages."""

from .care import Care, Confirmation, Label
from .comment import Comment, Thread
from .document import Body, Document, Link, Redirect
from .job import Job
from .media import Media
from .revision import Revision
from .run import Run, RunAssignee, RunEntry, RunItem

__all__ = [
    "Body",
    "Care",
    "Comment",
    "Confirmation",
    "Document",
    "Job",
    "Label",
    "Link",
    "Media",
    "Redirect",
    "Revision",
    "Run",
    "RunAssignee",
    "RunEntry",
    "RunItem",
    "Thread",
]
