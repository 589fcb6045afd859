"""Cairn as people use it: a real server, a real browser, nothing looked at but what they see."""
