"""The real services that tests run against: PostgreSQL, a browser, Cairn's own server."""
