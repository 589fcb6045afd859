"""Settings of notifications."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_NOTIFICATIONS"


def _hour(value: int) -> str:
    return "" if value < 24 else "an hour from 0 to 23 is allowed"


@dataclass(frozen=True)
class NotificationsConf:
    digest_hour: int = setting(
        6, "From which hour of the day (UTC) on digests are sent.", least=0, check=_hour
    )
    kept_days: int = setting(180, "How long read notifications are kept, in days. Unread ones stay.", least=1)
    site_url: str = setting(
        "http://127.0.0.1:8000",
        "Where this site is, for links in mails that no request led to.",
    )


conf = load(NotificationsConf, PREFIX)
