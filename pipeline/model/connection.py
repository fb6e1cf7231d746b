"""The connection to an OpenAI-compatible server: who asks, through what, and for how long.

Redirects are not followed, so the key goes to the host it is for and nowhere else. The environment's proxies are not
used: one is named in the settings, for the endpoint alone.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import httpcore2
import httpx2

from pipeline.errors import SettingsError, without_credentials
from pipeline.model.failures import ModelFailure
from pipeline.net.direct import DirectBackend, is_local
from pipeline.net.redact import without_key
from pipeline.net.sockets import Deadline, TooManyBytes, Transport

if TYPE_CHECKING:
    from openai import OpenAI

_MAX_BYTES = 50_000_000  # of one connection: no answer is longer; chosen, not measured


class Access(NamedTuple):
    """How a server is reached. `deadline_s` is the total time of a request in seconds. `headers` are sent with each
    request, and their values are as secret as the key. With `api_version` the key goes where Azure looks for it. A
    `proxy` is an address as `http://host:port`."""

    base_url: str
    key: str = ""
    deadline_s: float = 180.0
    headers: Mapping[str, str] = {}
    api_version: str = ""
    proxy: str = ""

    @property
    def shown(self) -> str:
        """The address as it may be shown and stored."""
        return without_credentials(self.base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be stored or shown."""
        return (self.key, *self.headers.values())


class Connection:
    """Connections to one server, shared by the threads that ask it. A key is needed unless the server is on this
    machine or a private network, or headers say who asks."""

    def __init__(self, access: Access) -> None:
        self.access = access._replace(key=access.key.strip())
        self._current = threading.local()

    @contextmanager
    def within_deadline(self) -> "Iterator[OpenAI]":
        """The client, for one request of this thread, which has to end within the deadline."""
        self._current.deadline = Deadline(self.access.deadline_s)
        yield self._client

    def close(self) -> None:
        """Closes the connections that are kept open for later requests."""
        if "_client" in self.__dict__:
            self._client.close()
            del self._client

    def redacted(self, text: str) -> str:
        """`text` without the key and the headers' values."""
        for secret in self.access.secrets:
            text = without_key(text, secret)
        return text

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import AzureOpenAI, OpenAI

        access = self.access
        if not access.key and not access.headers and not is_local(urlsplit(access.base_url).hostname or ""):
            raise SettingsError(f"OPENAI_API_KEY is not set and {access.shown} needs a key: set it in the environment")
        http_client = httpx2.Client(
            transport=Transport(DirectBackend(self._deadline, _MAX_BYTES), keep_alive=20, proxy=access.proxy),
            follow_redirects=False,
            timeout=access.deadline_s,
        )
        options: dict[str, Any] = {
            "base_url": access.base_url,
            "api_key": access.key or "none",
            "max_retries": 0,  # retry.py alone decides about another try
            "default_headers": dict(access.headers),
            "http_client": http_client,
        }
        if access.api_version:
            return AzureOpenAI(api_version=access.api_version, **options)
        return OpenAI(**options)

    def _deadline(self) -> Deadline:
        """The deadline of the request that this thread is making: threads share the connections."""
        deadline: Deadline = self._current.deadline
        return deadline


def failure_of(error: Exception) -> ModelFailure | None:
    """An exception of the openai package, or of what it stands on, as a value to judge; None for another kind."""
    import openai

    if any(isinstance(cause, TooManyBytes) for cause in causes(error)):
        return ModelFailure(200, "too many bytes", {})
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | httpcore2.TimeoutException):
        return ModelFailure(0, "timeout", {})
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure(0, "connection", {})
    if isinstance(error, openai.APIStatusError):
        return ModelFailure(error.status_code, error.response.text, dict(error.response.headers))
    if isinstance(error, openai.APIError | httpx2.HTTPError):
        return ModelFailure(0, "connection", {})
    return None


def causes(error: BaseException | None) -> Iterable[BaseException]:
    """The error, what caused it, what caused that."""
    while error is not None:
        yield error
        error = error.__cause__
