"""Settings of people.

What was tried too often waits: a sign-in, a link by mail, an account, an invitation. Tries are counted
in the database.
"""

from dataclasses import dataclass
from ipaddress import ip_network

from apps.conf import load, setting

PREFIX = "CAIRN_ACCOUNTS"


def _networks(values: tuple[str, ...]) -> str:
    for value in values:
        try:
            ip_network(value)
        except ValueError as error:
            return f"addresses and networks such as 10.0.0.0/8 are allowed ({error})"
    return ""


@dataclass(frozen=True)
class AccountsConf:
    trusted_proxies: tuple[str, ...] = setting(
        ("127.0.0.1", "::1"),
        "Addresses and networks of proxies whose `X-Forwarded-For` is believed.",
        allowed="addresses and networks, separated by commas",
        check=_networks,
    )
    sign_in_tries: int = setting(
        5,
        "Wrong passwords for one account from one address before both wait; and in changing a password.",
        least=1,
    )
    sign_in_address_tries: int = setting(
        50, "Wrong passwords from one address, for any accounts, before it waits.", least=1
    )
    sign_in_wait_minutes: int = setting(15, "How long they wait after the last of them, in minutes.", least=1)
    sign_ups_an_hour: int = setting(30, "Accounts that are asked for from one address in an hour.", least=1)
    resets_an_hour: int = setting(
        20, "Links for a new password that are asked for from one address in an hour.", least=1
    )
    mails_an_hour: int = setting(
        5, "Mails of this kind to one mailbox in an hour; more are not sent.", least=1
    )
    invitation_mails_an_hour: int = setting(30, "Invitations that one person mails in an hour.", least=1)
    invitation_tries: int = setting(
        30, "Invitations that are none, opened from one address in a quarter of an hour.", least=1
    )


conf = load(AccountsConf, PREFIX)
