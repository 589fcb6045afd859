"""German dates as people write them in a sentence: 2. März 2026, 14:05 UTC. Numbers are Django's: 1.234,5."""

DATE_FORMAT = "j. F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. F Y, H:i T"
