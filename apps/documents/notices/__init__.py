"""What happens to documents, as notifications: whom it concerns, how it is told (settings.NOTICES)."""

from .care import CARE
from .runs import RUNS
from .talking import TALKING
from .topics import DocumentNotices
from .watching import WATCHING

notices = DocumentNotices((TALKING, CARE, RUNS, WATCHING))
