"""What happens to documents, as notifications: whom it concerns, how it is told (settings.NOTICES)."""

from .topics import DocumentNotices
from .watching import WATCHING

notices = DocumentNotices((WATCHING,))
