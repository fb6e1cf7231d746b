"""Private feeds and pages: what is sent to them and to nobody else, from settings and the environment."""

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

from pipeline.net.redact import without_key
from pipeline.records.items import Response, Validators
from pipeline.settings.sources import SourceSettings


class Credentials(NamedTuple):
    """What one address is asked with; `missing` is what of it the environment lacks, in words, or ""; `secrets` must
    not stand in what comes back."""

    headers: Mapping[str, str]
    missing: str = ""
    secrets: tuple[str, ...] = ()


def credentials(sources: Mapping[str, SourceSettings], secret: Callable[[str], str]) -> dict[str, Credentials]:
    """What each address is asked with. `secret` gives what the environment has under a name, or ""."""
    found = {}
    for address, source in sources.items():
        names = [*source.headers.values(), *([source.basic] if source.basic else [])]
        values = {name: secret(name).strip() for name in names}
        lacking = [name for name, value in values.items() if not _is_sendable(value)]
        headers = {header: values[name] for header, name in source.headers.items() if name not in lacking}
        if source.basic and source.basic not in lacking:
            headers["Authorization"] = f"Basic {_base64(values[source.basic])}"
        missing = f"{lacking[0]} is not set, or holds what no header takes, and [sources] names it" if lacking else ""
        found[address] = Credentials(headers, missing, _forms(values.values()))
    return found


def secrets(sources: Mapping[str, SourceSettings], secret: Callable[[str], str]) -> tuple[str, ...]:
    """What must not stand in a recording, though a server repeats it."""
    return _forms(each for known in credentials(sources, secret).values() for each in known.secrets)


def _forms(values: Iterable[str]) -> tuple[str, ...]:
    """Values as a server may repeat them, longest first: whole, without the word before a token or the name before a
    password, and as basic authentication writes them."""
    forms = {part for value in values for part in (value, value.rpartition(" ")[2], value.partition(":")[2])}
    forms |= {_base64(value) for value in forms if ":" in value}
    return tuple(sorted((form for form in forms if form), key=lambda form: (-len(form), form)))


class OwnOrigin:
    """Puts headers into the requests of one fetch, as a hook of its client: while they go to the scheme, host and port
    of the first, and never again once a redirect has led away from there."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self._origin, self.headers, self._secrets = _origin(url), credentials.headers, credentials.secrets
        self._has_left = False

    def redacted(self, text: str) -> str:
        """What came back without what was sent, where a server repeats it."""
        for secret in self._secrets:
            text = without_key(text, secret)
        return text

    def redacted_response(self, response: Response) -> Response:
        """The response so. It is never said to have moved: what is sent is for the address that settings name."""
        body = self.redacted(response.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        said = {name: value and self.redacted(value) for name, value in response.validators}
        return response.model_copy(
            update={"body": body, "validators": Validators.model_validate(said), "moved_to": None}
        )

    @property
    def has_left_with_headers(self) -> bool:
        """Whether a redirect led away, and there was something that was not sent on."""
        return self._has_left and bool(self.headers)

    def __call__(self, request: httpx2.Request) -> None:
        """Puts them in, or takes them out."""
        self._has_left = self._has_left or _origin(str(request.url)) != self._origin
        for name, value in self.headers.items():
            if self._has_left:
                request.headers.pop(name, None)
            else:
                request.headers[name] = value


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_sendable(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
