"""The site's settings, with somebody who hears events and writes down when."""

from project.settings import *  # noqa: F403

EVENT_LISTENERS = ("tests.integration.recording.heard",)
EVENT_HANDLERS = ("tests.integration.recording.first", "tests.integration.recording.second")
