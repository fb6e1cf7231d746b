"""One guarded client: an address in, bytes out, or a FetchFailed that says why."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2

from pipeline.errors import FetchFailed
from pipeline.fetch.addresses import is_address
from pipeline.fetch.guard import GuardedBackend, Resolve, system_resolve
from pipeline.fetch.private import Credentials, OwnOrigin
from pipeline.net.sockets import Deadline, TooManyBytes, Transport
from pipeline.records.items import FetchRequest, Response, Validators

_MOST_REDIRECTS = 10  # alerts, counters and shorteners make chains of seven; browsers follow twenty
_LONGEST_WAIT_S = 30 * 86400.0  # that a host's Retry-After is believed for


class Fetcher:
    """Gets pages and feeds. `allow_hosts` are host:port pairs that may be reached though they are not public;
    `blocked` are hosts that may not, nor what is below them; `private` is what some addresses are asked with; `resolve`
    stands in for the system's resolver in tests and recordings. Safe to use from several threads."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        user_agent: str,
        deadline_s: float,
        max_bytes: int,
        allow_hosts: frozenset[str] = frozenset(),
        blocked: frozenset[str] = frozenset(),
        resolve: Resolve = system_resolve,
        private: Mapping[str, Credentials] | None = None,
    ) -> None:
        self._now, self._user_agent = now, user_agent
        self._deadline_s, self._max_bytes = deadline_s, max_bytes
        self._allow_hosts, self._blocked, self._resolve = allow_hosts, blocked, resolve
        self._private = private or {}

    def get(self, request: FetchRequest) -> Response:
        """The body, at most `max_bytes` of it after decompression. A request that carries `headers` (a key) follows no
        redirect. Raises FetchFailed."""
        url = request.url
        if not is_address(url):
            raise FetchFailed("address", f"{url!r} is no http(s) address: nothing was fetched")
        own = self._private.get(url, Credentials({}))
        origin = OwnOrigin(url, own)
        try:
            response = self._get(request, origin)
        except FetchFailed as error:
            if own.missing or own.headers:
                said = origin.redacted(str(error)) + (f": {own.missing}" if own.missing else "")
                raise FetchFailed(error.reason, said, error.wait_s) from error
            raise
        return origin.redacted_response(response) if own.headers else response

    def _get(self, request: FetchRequest, own_origin: OwnOrigin) -> Response:
        url, headers = request.url, request.headers
        deadline = Deadline(self._deadline_s)
        backend = GuardedBackend(url, self._allow_hosts, self._resolve, deadline, self._max_bytes, self._blocked)
        try:
            # trust_env=False: a proxy from the environment would connect where the guard cannot see.
            with (
                httpx2.Client(
                    transport=Transport(backend),
                    trust_env=False,
                    follow_redirects=headers is None,
                    max_redirects=_MOST_REDIRECTS,
                    headers={"User-Agent": self._user_agent, **_conditions(request.validators), **(headers or {})},
                    timeout=self._deadline_s,
                    event_hooks={"request": [own_origin]},
                ) as client,
                client.stream("POST" if request.send else "GET", url, json=request.send) as response,
            ):
                return self._response(request, response, own_origin)
        except TooManyBytes as error:
            raise FetchFailed("too large", f"{url} is larger than {self._max_bytes} bytes: not kept") from error
        except httpx2.TooManyRedirects as error:
            raise FetchFailed("redirects", f"{url} redirects more than {_MOST_REDIRECTS} times") from error
        except httpx2.TimeoutException as error:
            raise FetchFailed(
                "too slow", f"{url} did not answer within {self._deadline_s:g} s in all: try later"
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:  # ValueError: a header no codec takes
            raise FetchFailed("unreachable", f"{url} could not be fetched: {error}") from error

    def _response(self, request: FetchRequest, response: httpx2.Response, own_origin: OwnOrigin) -> Response:
        url = request.url
        unchanged = response.status_code == httpx2.codes.NOT_MODIFIED and bool(_conditions(request.validators))
        if response.status_code != httpx2.codes.OK and not unchanged:
            wait_s = _asked_wait(response.headers.get("retry-after"), self._now())
            said = f"{url} answered {response.status_code}"
            if own_origin.has_left_with_headers:
                said += f" after it led to {response.url.host}, where what is for it alone was not sent"
            raise FetchFailed(f"http {response.status_code}", said, wait_s)
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._max_bytes:
                raise TooManyBytes
        media_type, _, more = response.headers.get("content-type", "").partition(";")
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", more, re.IGNORECASE)
        for_good = response.history and all(hop.status_code in (301, 308) for hop in response.history)
        return Response(
            url=url,
            final_url=str(response.url),
            fetched_at=self._now(),
            media_type=media_type.strip().lower(),
            body=bytes(body),
            charset=charset[1] if charset else None,
            validators=Validators(
                etag=response.headers.get("etag"), last_modified=response.headers.get("last-modified")
            ),
            moved_to=str(response.url) if for_good else None,
            unchanged=unchanged,
            refresh=response.headers.get("refresh"),
        )


def _conditions(validators: Validators | None) -> dict[str, str]:
    asked = {
        "If-None-Match": validators and validators.etag,
        "If-Modified-Since": validators and validators.last_modified,
    }
    return {name: value for name, value in asked.items() if value and value.isascii() and value.isprintable()}


def _asked_wait(retry_after: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; None where there is none that can be read."""
    try:
        if not retry_after or retry_after.strip().isdigit():
            return min(float(retry_after), _LONGEST_WAIT_S) if retry_after else None
        return min(max((parsedate_to_datetime(retry_after) - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
    except (ValueError, TypeError, OverflowError):
        return None
