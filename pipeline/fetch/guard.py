"""Which network addresses may be connected to, checked when the connection is made.

A name is resolved once and the resolved address is the one connected to, so an answer that changes between
check and use (DNS rebinding) gains nothing. Redirects pass here too: each hop is a connection of its own.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable

import httpcore2

from pipeline.errors import FetchFailed
from pipeline.fetch.addresses import is_within
from pipeline.fetch.special_purpose import leads_to_a_public_server
from pipeline.net.sockets import BoundedStream, Deadline

Resolve = Callable[[str, int], list[tuple[str, int]]]
"""Host and port in; the (address, port) pairs to try, in order. May raise OSError."""

_WEB_PORTS = (80, 443)


def system_resolve(host: str, port: int) -> list[tuple[str, int]]:
    """What the operating system resolves `host` to."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(sockaddr[0]), int(sockaddr[1])) for *_, sockaddr in found]


def is_public(address: str) -> bool:
    """Whether `address` (IPv4 or IPv6, literal) is on the public internet, also through what it embeds. What is no
    address is not."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return leads_to_a_public_server(ip)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects for one fetch of `url`: to public addresses, and to the `host:port` pairs in `allow_hosts`; to none of
    `blocked` or below it."""

    def __init__(
        self,
        url: str,
        allow_hosts: frozenset[str],
        resolve: Resolve,
        deadline: Deadline,
        most: int,
        blocked: frozenset[str] = frozenset(),
    ) -> None:
        self._url, self._allow_hosts, self._resolve, self._blocked = url, allow_hosts, resolve, blocked
        self._deadline, self._most = deadline, most
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connects to the first of the host's addresses that may be connected to and answers."""
        if is_within(host, self._blocked):
            raise FetchFailed(
                "host blocked", f"{self._url} leads to {host}, which is blocked: `block HOST --undo` allows it again"
            )
        allowed = f"{host}:{port}" in self._allow_hosts
        if not allowed and port not in _WEB_PORTS:
            raise FetchFailed("port", f"{self._url} leads to port {port} of {host}: allow it in [fetch] allow_hosts")
        try:
            resolved = self._resolve(host, port)
        except (OSError, ValueError) as error:
            raise FetchFailed("no such host", f"{self._url}: the host {host} is not known ({error})") from error
        usable = [pair for pair in resolved if allowed or is_public(pair[0])]
        if not usable:
            raise FetchFailed(
                "non-public",
                f"{self._url} leads to {host}, which is not on the public internet: "
                f'to allow it, put "{host}:{port}" in [fetch] allow_hosts',
            )
        failure: Exception | None = None
        for address, to_port in usable:
            left = self._deadline.left()
            try:
                inner = self._inner.connect_tcp(
                    address, to_port, min(left, timeout or left), local_address, socket_options
                )
            except httpcore2.NetworkError as error:
                failure = error
            else:
                return BoundedStream(inner, lambda: self._deadline, self._most)
        raise failure or FetchFailed("unreachable", f"{self._url}: no connection to {host}")
