"""Full-text search: what words are, what a query means, and where a text shows them. No database."""

from .excerpts import excerpt
from .folding import search_words
from .queries import Phrase, Query, parse_query

__all__ = ["Phrase", "Query", "excerpt", "parse_query", "search_words"]
