"""What changes documents, by noun. Importing this package declares every action."""

from . import (
    binning,
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
