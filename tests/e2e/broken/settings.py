"""The site's settings, with an address more."""

from project.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.e2e.broken.urls"
