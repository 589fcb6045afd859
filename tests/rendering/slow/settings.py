"""The site with pages that are slow on purpose."""

from pathlib import Path

from project.settings import *  # noqa: F403
from project.settings import TEMPLATES

ROOT_URLCONF = "tests.rendering.slow.urls"
TEMPLATES[0]["DIRS"] += [Path(__file__).parent / "templates"]  # type: ignore[operator]
