"""What changes documents, by noun. Importing this package declares every action."""

from . import (
    binning,
    care,
    comments,
    documents,
    handbooks,
    imports,
    media,
    places,
    publishing,
    revisions,
    run_items,
    run_terms,
    runs,
    saving,
)

__all__ = [
    "binning",
    "care",
    "comments",
    "documents",
    "handbooks",
    "imports",
    "media",
    "places",
    "publishing",
    "revisions",
    "run_items",
    "run_terms",
    "runs",
    "saving",
]
