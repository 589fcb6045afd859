"""Settings of the log."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_EVENTS"


@dataclass(frozen=True)
class EventsConf:
    poll_ms: int = setting(
        5, "SQLite: how often a process looks for other processes' commits, in ms.", least=1
    )
    relay_interval_ms: int = setting(
        1000, "How often the relay looks for unapplied events when nothing woke it, in ms.", least=10
    )
    retry_base_s: int = setting(
        2, "Wait before a failed handler is tried again, in s; doubles each time.", least=1
    )
    retry_cap_s: int = setting(3600, "The longest such wait, in s.", least=1)


conf = load(EventsConf, PREFIX)
