"""Politeness before the web: robots.txt, a pause between two requests to one host, hosts that asked to be left alone.

robots.txt by RFC 9309: obeyed for pages; a 4xx answer allows everything, a 5xx or no answer nothing for now; its first
500 KiB count. Read once a run and host. A crawl-delay is kept up to a limit.
"""

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from pipeline.errors import FetchFailed
from pipeline.fetch.addresses import is_address
from pipeline.protocols import HttpGetter, RateLimiter
from pipeline.records.items import FetchRequest, Response

_MOST_ROBOTS = 500 * 1024  # bytes
_LONGEST_DELAY_S = 10.0
_LONGEST_REST_S = 3600.0


class PoliteGetter:
    """Gets politely. `agent` is the name robots.txt may know us by; `own_hosts` (host:port) are the operator's and need
    no pause. `limiter` is shared by all who fetch; `sleep` is the clock's. Safe to use from several threads."""

    def __init__(
        self,
        inner: HttpGetter,
        agent: str,
        pause_s: float,
        own_hosts: frozenset[str],
        limiter: RateLimiter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner, self._agent, self._pause_s, self._own_hosts = inner, agent, pause_s, own_hosts
        self._limiter, self._sleep = limiter, sleep
        self._lock = threading.Lock()
        self._origins: dict[str, _Origin] = {}

    def get(self, request: FetchRequest) -> Response:
        """The response. Raises FetchFailed also where robots.txt or an earlier answer of the host says no."""
        url = request.url
        if not is_address(url):
            raise FetchFailed("address", f"{url!r} is no http(s) address: nothing was fetched")
        with self._lock:
            origin = self._origins.setdefault(_origin_of(url), _Origin())
        if request.robots and not self._rules(origin, url).can_fetch(url, self._agent):
            raise FetchFailed("robots.txt", f"{url} is closed to programs by its host's robots.txt: not fetched")
        self._wait_turn(origin, url)
        try:
            return self._inner.get(request)
        except FetchFailed as error:
            if error.wait_s:
                self._limiter.rest(_origin_of(url), min(error.wait_s, _LONGEST_REST_S))
            raise

    def _wait_turn(self, origin: "_Origin", url: str) -> None:
        host = urlsplit(url)
        default = {"http": 80, "https": 443}.get(host.scheme, 0)
        own = f"{host.hostname}:{host.port or default}" in self._own_hosts
        delay = 0.0 if own else max(self._pause_s, min(origin.crawl_delay, _LONGEST_DELAY_S))
        wait = self._limiter.take(_origin_of(url), delay, burst_s=delay)
        if wait is None:
            raise FetchFailed("asked to wait", f"{host.netloc} asked to be left alone for a while: {url} waits")
        if wait:
            self._sleep(wait)

    def _rules(self, origin: "_Origin", url: str) -> Protego:
        with origin.lock:
            if origin.rules is None:
                origin.rules, delay = self._read_rules(url)
                origin.crawl_delay = delay
            return origin.rules

    def _read_rules(self, url: str) -> tuple[Protego, float]:
        try:
            body = self._inner.get(FetchRequest(f"{_origin_of(url)}/robots.txt")).body[:_MOST_ROBOTS]
        except FetchFailed as error:
            if error.reason == "host blocked":
                raise
            if error.reason.startswith("http 4") and error.reason != "http 429":
                body = b""
            else:
                raise FetchFailed("robots.txt", f"{url}: its host's robots.txt could not be read ({error})") from error
        rules = Protego.parse(body.decode("utf-8", "replace"))
        return rules, float(rules.crawl_delay(self._agent) or 0)


class _Origin:
    """What is known of one scheme, host and port in this run."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: Protego | None = None
        self.crawl_delay = 0.0


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
