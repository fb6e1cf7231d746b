"""Connections to a server that the operator's own settings name: wherever it stands, on a private network too. What
pages and feeds lead to goes through the guard of the fetch package."""

import ipaddress
from collections.abc import Callable, Iterable

import httpcore2

from pipeline.net.sockets import BoundedStream, Deadline


class DirectBackend(httpcore2.NetworkBackend):
    """Ordinary connections, each within the deadline of the request that uses it, which receive at most `byte_limit`
    bytes in all."""

    def __init__(self, deadline: Callable[[], Deadline], byte_limit: int) -> None:
        self._deadline, self._byte_limit = deadline, byte_limit
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection that ends with the current request's deadline."""
        left_s = self._deadline().left()
        stream = self._inner.connect_tcp(host, port, min(left_s, timeout or left_s), local_address, socket_options)
        return BoundedStream(stream, self._deadline, self._byte_limit)


def is_local(host: str) -> bool:
    """Whether the host is this machine, or an address of a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"
