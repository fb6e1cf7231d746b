"""Connections that end: a total time and a number of bytes, whatever the other side does.

The clients' own timeouts are a pause between bytes; a server that sends one byte a second never pauses long. Both
doors to the network, pages and the model, connect through these streams.
"""

import ssl
import time
from collections.abc import Callable

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
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout(f"longer than {self.seconds:g} s in all")
        return left


class EndingStream(httpcore2.NetworkStream):
    """A connection within the deadline that `deadline` names now, and at most `most` bytes in its life (0: any)."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Callable[[], Deadline], most: int) -> None:
        self._inner, self._deadline, self._most = inner, deadline, most
        self._read = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._within(timeout))
        self._read += len(data)
        if self._most and self._read > self._most:
            raise TooManyBytes
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._within(timeout))
        return EndingStream(secured, self._deadline, self._most)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)

    def _within(self, timeout: float | None) -> float:
        left = self._deadline().left()
        return left if timeout is None else min(left, timeout)


class Transport(httpx2.HTTPTransport):
    """The ordinary transport over connections that `backend` makes; `keep_alive` of them wait for a next request."""

    def __init__(self, backend: httpcore2.NetworkBackend, ssl_context: ssl.SSLContext, keep_alive: int = 0) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            network_backend=backend,
            max_connections=None,  # how many are under way is decided by who asks
            max_keepalive_connections=keep_alive,
        )
