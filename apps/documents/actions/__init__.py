"""What changes documents, by noun. Importing this package declares every action."""

from . import documents, handbooks, imports, media, places, publishing, revisions

__all__ = ["documents", "handbooks", "imports", "media", "places", "publishing", "revisions"]
