"""Where a request comes from, as far as that can be known: for counting tries, and for nothing else."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest

from .conf import conf

HOPS_MAX = 20
IPV6_BITS = 64  # that one customer has to choose from


def client_address(request: HttpRequest) -> str | None:
    """The nearest address that is none of our proxies'; of IPv6 the network's first. None where there is
    no address, as behind a socket file."""
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-HOPS_MAX:]
    while address is not None and _is_proxy(address) and hops:
        nearer = _parsed(hops.pop())
        if nearer is None:
            break
        address = nearer
    return _counted(address) if address else None


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _counted(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, IPV6_BITS), strict=False).network_address)


def _is_proxy(address: IPv4Address | IPv6Address) -> bool:
    return any(address in ip_network(network) for network in conf.trusted_proxies)
