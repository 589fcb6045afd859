"""English dates as most of the world's English readers write them: 2 March 2026, 14:05 UTC."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i T"
