"""What a site's answer holds: JSON in the shape that its documentation gives, and times as posts have them."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import SourceError, Unreadable
from pipeline.records.items import Response

A = TypeVar("A", bound="SiteAnswer")


class SiteAnswer(BaseModel):
    """A part of an answer. What a site gives besides is passed over."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


def json_of(response: Response) -> Any:  # noqa: ANN401 - whatever the site sent
    """The answer's JSON. Raises Unreadable where there is none, as where a login page came in its place."""
    try:
        return json.loads(response.body)
    except RecursionError as error:
        raise Unreadable("nested too deep", f"{response.url} nests deeper than can be read: set aside") from error
    except ValueError as error:
        sent = "a web page" if response.body.lstrip()[:1] == b"<" else "something else"
        raise Unreadable("no posts", f"{response.url} was asked for posts and sent {sent}: none were read") from error


def parsed(response: Response, shape: type[A]) -> A:
    """The answer in the shape it should have. Raises Unreadable."""
    try:
        return shape.model_validate(json_of(response))
    except ValidationError as error:
        raise Unreadable("no posts", f"{response.url} sent no posts in a known form: none were read") from error


def usable(values: object, shape: type[A]) -> list[A]:
    """Those of a list's values that have the shape; one that has not costs only itself."""
    found: list[A] = []
    for value in values if isinstance(values, list) else ():
        try:
            found.append(shape.model_validate(value))
        except (ValidationError, RecursionError):
            continue
    return found


def no_longer(missing: int, why: SourceError) -> str:
    """What a thread says where `missing` of its posts could not be had."""
    posts = f"{missing:,} posts" if missing != 1 else "1 post"
    return f"{posts} could not be fetched ({why.reason})"


def not_asked(left_out: int) -> str:
    """What a thread says where it has more posts than were wanted."""
    return f"{left_out:,} older post{'s were' if left_out != 1 else ' was'} not asked for"


def in_tree_order(posts: Iterable[tuple[str, str | None]]) -> list[str]:
    """The ids of (id, id of the post it answers) pairs, each behind what it answers, siblings in the order given. What
    answers a post that is not there, or itself in a circle, begins a branch of its own."""
    pairs = list(dict(posts).items())
    known = {post for post, _ in pairs}
    children: dict[str | None, list[str]] = {}
    for post, answers in pairs:
        children.setdefault(answers if answers in known and answers != post else None, []).append(post)
    ordered: dict[str, None] = {}

    def walk(first: str) -> None:
        waiting = [first]
        while waiting:  # no recursion: replies may nest deeper than the language's own stack
            post = waiting.pop()
            if post not in ordered:
                ordered[post] = None
                waiting.extend(reversed(children.get(post, ())))

    for post in children.get(None, ()):
        walk(post)
    for post, _ in pairs:  # what is left answers itself in a circle
        walk(post)
    return list(ordered)
