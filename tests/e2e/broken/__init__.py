"""Cairn with one address that fails."""
