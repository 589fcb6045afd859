"""The site's settings with the bench's pages."""

from project.conf import BASE_DIR
from project.settings import *  # noqa: F403
from project.settings import TEMPLATES

ROOT_URLCONF = "bench.site.urls"
TEMPLATES = [
    {**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], BASE_DIR / "bench" / "site" / "jinja"]},  # type: ignore[misc]
    {**TEMPLATES[1], "DIRS": [BASE_DIR / "bench" / "site" / "django"]},
]
LOGGING = {"version": 1, "disable_existing_loggers": True}
