"""Settings of the whole site.

The database is named by `DATABASE_URL`: `postgresql://user:password@host:port/name`, or
`sqlite:///path`. Empty: SQLite in the data folder.
"""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from apps.conf import env_name, load, setting

PREFIX = "CAIRN"
BASE_DIR = Path(__file__).resolve().parent.parent


def _unknown_zone(name: str) -> str:
    return "" if name in available_timezones() else "a name of the IANA time zone database is allowed"


@dataclass(frozen=True)
class SiteConf:
    debug: bool = setting(False, "Development mode: reload, long error pages. Never in production.")
    secret_key: str = setting(
        "",
        "Signs sessions and reset links. Empty: one is made and kept in the data folder.",
    )
    allowed_hosts: tuple[str, ...] = setting(
        ("127.0.0.1", "localhost"), "Host names the site answers to, separated by commas."
    )
    secure: bool = setting(False, "The site is reached by https: secure cookies, HSTS, redirect to https.")
    max_body_bytes: int = setting(
        25_000_000,
        "Greatest body of a request, in bytes. An upload of the greatest size is let through all the same.",
        least=1_000_000,
    )
    request_connections: int = setting(
        7,
        "PostgreSQL: connections of a process for requests, beside those for its threads of pages and parts "
        "and five in the background.",
        least=1,
    )
    data_dir: Path = setting(BASE_DIR / "var", "Folder of the SQLite database and of uploaded media.")
    time_zone: str = setting(
        "UTC",
        "The zone in which days begin and end, and times are told where a browser does not tell its own: "
        "`Europe/Berlin`, for example.",
        allowed="a name of the IANA time zone database",
        check=_unknown_zone,
    )
    email_from: str = setting("cairn@localhost", "Sender of mails.")
    email_host: str = setting("", "SMTP server; empty: mails are printed to the console.")
    email_port: int = setting(25, "Its port.", least=1, most=65_535)
    email_user: str = setting("", "Name to sign in with there, and a password; empty: without.")
    email_password: str = setting("", "Password to sign in with there.")
    email_tls: bool = setting(False, "Speak TLS with it (STARTTLS).")


def checked(conf: SiteConf) -> SiteConf:
    """Raises ImproperlyConfigured where values do not go together."""
    options = ("email_port", "email_user", "email_password", "email_tls")
    unused = [name for name in options if getattr(conf, name) != getattr(SiteConf, name)]
    if unused and not conf.email_host:
        names = ", ".join(env_name(PREFIX, name) for name in unused)
        raise ImproperlyConfigured(f"{PREFIX}_EMAIL_HOST='': with {names} a mail server is needed")
    if bool(conf.email_user) != bool(conf.email_password):
        missing, other = ("PASSWORD", "USER") if conf.email_user else ("USER", "PASSWORD")
        raise ImproperlyConfigured(
            f"{PREFIX}_EMAIL_{missing}='': with {PREFIX}_EMAIL_{other} it is needed, to sign in"
        )
    return conf


conf = checked(load(SiteConf, PREFIX))
