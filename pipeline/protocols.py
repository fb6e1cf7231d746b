"""The interfaces by which packages that do not import each other work together."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from pipeline.records.dates import PartialDate
from pipeline.records.endpoints import EndpointFacts
from pipeline.records.items import Candidate, FetchRequest, PageText, Response, SentenceSpan
from pipeline.records.posts import FetchedThread
from pipeline.records.replies import Reply, Request


class HttpGetter(Protocol):
    """The web: a request in, bytes out."""

    def get(self, request: FetchRequest) -> Response:
        """Raises FetchFailed."""


class PageReader(Protocol):
    """Bytes in, text and its sentences out."""

    def read(self, response: Response, latest: PartialDate) -> tuple[PageText, tuple[SentenceSpan, ...]]:
        """`latest` bounds the dates believed. Raises Unreadable."""


class SearchProvider(NamedTuple):
    """A search: `ask` takes the words and how many results are wanted at most, `parse` the response's bytes. `parse`
    raises Unreadable for what is no answer of its own; a single result that cannot be used is left out."""

    name: str
    ask: Callable[[str, int], FetchRequest]
    parse: Callable[[bytes], tuple[Candidate, ...]]


ThreadRequests = Generator[FetchRequest, Response, FetchedThread]
"""The requests that a thread of posts is made from: each is yielded and its response sent back, or its FetchFailed
thrown in; the thread is returned. Raises Unreadable where the first answer is no thread. What comes of later requests
never costs what earlier ones gave: the thread says what it is missing."""


class DiscussionSite(NamedTuple):
    """A kind of site that gives its threads of posts to programs. `address` is the one address of the thread that
    another leads to, None where it leads to none; `requests` takes such an address and the most posts that are wanted.
    `is_certain` says that the host is known to be of this kind; else only the form of the address speaks for it."""

    name: str
    address: Callable[[str], str | None]
    requests: Callable[[str, int], ThreadRequests]
    is_certain: bool = True


class RateLimiter(Protocol):
    """How often something outside may be used, shared by all who use it."""

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """Takes up `takes_s` seconds of `name`, of which `burst_s` may be used at once; returns the seconds to wait
        before using it, or None while it rests: then nothing was taken."""

    def rest(self, name: str, seconds: float) -> None:
        """Leaves `name` alone for that long."""


class KeyedLock(Protocol):
    """One holder at a time for each key: two runs with the same question ask it once."""

    def hold(self, key: str) -> AbstractContextManager[None]:
        """Waits until no one else holds `key`."""


class ReplyStore(Protocol):
    """Where model replies are kept. `keep` returns once the reply is safe; the first reply kept under a key counts
    until it is rejected, and a rejected reply is never returned again."""

    def find(self, key: str, /) -> Reply | None: ...
    def keep(self, key: str, request: Request, reply: Reply) -> None: ...
    def reject(self, key: str, reason: str) -> None: ...


class DeferredQuestionStore(Protocol):
    """Where questions to be answered later are kept. One that is there already stays as it is."""

    def put(self, thread: str, request: Request) -> None: ...


class EndpointFactsStore(Protocol):
    """Where facts about endpoints are kept, by endpoint and model."""

    def find(self, endpoint: str, model: str) -> EndpointFacts: ...
    def keep(self, endpoint: str, model: str, facts: EndpointFacts) -> None: ...
