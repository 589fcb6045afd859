"""Settings of notifications."""

import re
from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_NOTIFICATIONS"


def _wrong_url(url: str) -> str:
    right = re.fullmatch(r"https?://([\w.-]+|\[[\da-f:]+\])(:\d+)?/?", url)
    return "" if right else "https://host or http://host, with :port if need be, is allowed"


@dataclass(frozen=True)
class NotificationsConf:
    digest_hour: int = setting(
        6,
        "From which hour of the day on digests are sent, by the clock of CAIRN_TIME_ZONE.",
        least=0,
        most=23,
    )
    kept_days: int = setting(180, "How long read notifications are kept, in days. Unread ones stay.", least=1)
    site_url: str = setting(
        "http://127.0.0.1:8000",
        "Where this site is, for links in digests, which no request leads to.",
        allowed="`https://host`, with `:port` if need be",
        check=_wrong_url,
    )


conf = load(NotificationsConf, PREFIX)
