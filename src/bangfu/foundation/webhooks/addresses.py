"""Where messages may be sent: to hosts that an administrator named, by HTTPS, and never into the machine itself."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

HTTPS_PORT = 443
LONGEST = 400


class Unreachable(Exception):  # noqa: N818 - what is said of an address
    """An address to which nothing is sent; its text is a code."""


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    host: str
    port: int
    path: str
    is_plain: bool
    """Without encryption: in tests, to this machine."""


def target_of(url: str) -> Target:
    """Return an address taken apart, when messages may be sent there.

    Raises: Unreachable: ``not_https``, ``host_not_allowed``.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST:
        raise Unreachable("not_https")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Unreachable("not_https") from None
    is_plain = parts.scheme == "http" and host in settings.WEBHOOK_PLAIN_HOSTS
    if (parts.scheme != "https" and not is_plain) or not host or parts.username is not None or parts.fragment:
        raise Unreachable("not_https")
    found = port or HTTPS_PORT
    named = host if found == HTTPS_PORT else f"{host}:{found}"
    if not is_plain and named not in settings.WEBHOOK_HOSTS:
        raise Unreachable("host_not_allowed")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return Target(host, found, path, is_plain)


def resolved(target: Target) -> str:
    """Return the network address to connect to: the one that was looked at, whatever the name means a moment later.

    Raises: Unreachable: ``no_such_host``, ``host_not_allowed``: it leads to this machine, to its neighbours on the wire or
        to nobody in particular.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable("no_such_host") from None
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        is_inward = mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast
        if is_inward and not target.is_plain:
            raise Unreachable("host_not_allowed")
    return str(found[0][4][0])
