"""Searches behind one small promise: words in, a request out; the answer's bytes in, what was found out.

    searxng                    an instance of the operator's own
    hackernews arxiv wikipedia need no key
    tavily brave exa           by a key from the environment

Each file is pure: it knows how to ask and how to read the answer, and never touches the web.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import is_address
from pipeline.records.items import Found, one_line

H = TypeVar("H", bound=BaseModel)


class Asking(NamedTuple):
    """One search as a request: a GET, or a POST of `send`; `headers` carry a key where one is needed."""

    url: str
    send: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None


class Provider(NamedTuple):
    """A search: `ask` takes the words and how many results are wanted at most, `parse` the answer's bytes. `parse`
    raises Unreadable for what is no answer of its own; a single result that cannot be used is left out."""

    name: str
    ask: Callable[[str, int], Asking]
    parse: Callable[[bytes], tuple[Found, ...]]


class Hit(BaseModel):
    """One result as a provider gives it. What it gives besides is passed over."""

    model_config = ConfigDict(extra="ignore")


def hits(body: bytes, path: Sequence[str], form: type[H], provider: str) -> list[H]:
    """The results that stand under `path` in a JSON answer, those that fit `form`. Raises Unreadable."""
    try:
        found = TypeAdapter(dict[str, Any]).validate_json(body)
        for name in path:
            found = found[name]
    except (ValidationError, KeyError, TypeError) as error:
        raise Unreadable("no results", f"{provider} sent no list of results: nothing was found there") from error
    if not isinstance(found, list):
        raise Unreadable("no results", f"{provider} sent no list of results: nothing was found there")
    usable = []
    for each in found:
        try:
            usable.append(form.model_validate(each))
        except ValidationError:
            continue
    return usable


def found_at(url: str | None, title: str | None, **more: Any) -> list[Found]:  # noqa: ANN401 - Found's own fields
    """What one result names, or nothing where its address cannot be used."""
    if not url or not is_address(url):
        return []
    return [Found(url=url, via="search", title=one_line(title or "") or None, **more)]
