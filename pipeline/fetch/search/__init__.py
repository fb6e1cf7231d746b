"""Searches behind one small interface: words in, a request out; the response's bytes in, candidates out.

chosen                      the providers that the settings name
searxng                     an instance of the operator's own
hackernews arxiv wikipedia  need no key
keyed                       Tavily, Brave and Exa, by a key from the environment

Each file is pure: it knows how to ask and how to read the answer, and never touches the web.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import is_address
from pipeline.fetch.feeds.entries import well_formed
from pipeline.records.items import Candidate, FetchRequest
from pipeline.text import one_line

H = TypeVar("H", bound=BaseModel)


class SearchHit(BaseModel):
    """One result as a provider gives it. What it gives besides is passed over."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_surrogates(cls, value: object) -> object:
        return well_formed(value) if isinstance(value, str) else value


def search_request(
    url: str, send: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> FetchRequest:
    """A request to a search, which is offered to programs: a GET, or a POST of `send`; `headers` carry a key."""
    return FetchRequest(url, robots=False, send=send, headers=headers)


def hits(body: bytes, path: Sequence[str], hit: type[H], provider: str) -> list[H]:
    """The results that stand under `path` in a JSON answer, those that fit `hit`. Raises Unreadable."""
    try:
        results = json.loads(body)
        for name in path:
            results = results[name]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise Unreadable("no results", f"{provider} sent no list of results: nothing was found there") from error
    if not isinstance(results, list):
        raise Unreadable("no results", f"{provider} sent no list of results: nothing was found there")
    usable = []
    for result in results:
        try:
            usable.append(hit.model_validate(result))
        except ValidationError:
            continue
    return usable


def candidate_at(url: str | None, title: str | None, **more: Any) -> list[Candidate]:  # noqa: ANN401 - Candidate's own fields
    """What one result names: one candidate, or none where its address cannot be used."""
    if not url or not is_address(url):
        return []
    return [Candidate(url=url, via="search", title=one_line(title or "") or None, **more)]
