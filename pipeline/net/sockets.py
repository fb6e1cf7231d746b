"""Connections that end: a total time and a number of bytes, whatever the other side does.

The HTTP clients' own timeouts limit the pause between bytes; a server that sends one byte a second never pauses long.
Both ways to the network, to pages and to the model, connect through these streams.
"""

import ssl
import time
from collections.abc import Callable
from functools import lru_cache, partial

import httpcore2
import httpx2


class TooManyBytes(Exception):  # noqa: N818 - reads as what happened
    """More bytes came than were allowed."""


class Deadline:
    """A total time in seconds, from now, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left. Raises httpcore2.ReadTimeout when there are none, as a stream would."""
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise httpcore2.ReadTimeout(f"longer than {self.seconds:g} s in all")
        return left_s


class BoundedStream(httpcore2.NetworkStream):
    """A connection within the deadline that `deadline` returns at each call, which receives at most `byte_limit` bytes
    in all (0: any number)."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Callable[[], Deadline], byte_limit: int) -> None:
        self._inner, self._deadline, self._byte_limit = inner, deadline, byte_limit
        self._bytes_read = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes, at most `max_bytes`. Raises TooManyBytes beyond the limit."""
        data = self._inner.read(max_bytes, self._within(timeout))
        self._bytes_read += len(data)
        if self._byte_limit and self._bytes_read > self._byte_limit:
            raise TooManyBytes
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of `buffer`."""
        self._inner.write(buffer, self._within(timeout))

    def close(self) -> None:
        """Closes the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The connection under TLS, within the same bounds."""
        stream = self._inner.start_tls(ssl_context, server_hostname, self._within(timeout))
        return BoundedStream(stream, self._deadline, self._byte_limit)

    def get_extra_info(self, info: str) -> object:
        """What httpcore2 knows of the connection under the name `info`."""
        return self._inner.get_extra_info(info)

    def _within(self, timeout: float | None) -> float:
        """`timeout`, or what is left until the deadline where that is less. Seconds."""
        left_s = self._deadline().left()
        return left_s if timeout is None else min(left_s, timeout)


@lru_cache
def tls_context() -> ssl.SSLContext:
    """What servers' certificates are checked by, one for all clients: reading the authorities takes 20 to 50 ms."""
    return httpx2.create_ssl_context()


class Transport(httpx2.HTTPTransport):
    """httpx2's transport over connections that `backend` makes; `keep_alive` of them stay open for later requests. With
    a `proxy` (an address) they go through that."""

    def __init__(self, backend: httpcore2.NetworkBackend, keep_alive: int = 0, proxy: str = "") -> None:
        pool = partial(httpcore2.HTTPProxy, proxy_url=proxy) if proxy else httpcore2.ConnectionPool
        self._pool = pool(
            ssl_context=tls_context(),
            network_backend=backend,
            max_connections=None,  # callers limit how many requests they make at once
            max_keepalive_connections=keep_alive,
        )
