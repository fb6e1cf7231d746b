"""One thread of posts of our own, which every double serves in the shape of its site: replies, quotations, an edit, a
post that was taken back. Its people and its river are invented."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Self

TITLE = "How much water does the Ilm weir let through?"
VENUE_WORDS = "river forum"

PEOPLE = {
    "river_ann": "Ann Rivers",
    "millstone": "Otto Mill",
    "gauge-keeper": "Grete Pegel",
    "heron": "Hari Heron",
    "towpath": "Tom Path",
    "lockhand": "Lotte Lock",
    "eelwatch": "Ewan Eel",
    "sluice": "Sally Sluice",
}
"""Names by handle."""


class TalkPost(NamedTuple):
    """One post. `answers` is the number of the post it replies to; `quotes` are the words it repeats of another's, each
    with that post's number; `said` are its own paragraphs."""

    number: int
    handle: str
    time: str
    answers: int | None
    quotes: tuple[tuple[int, str], ...]
    said: tuple[str, ...]
    edited: bool = False
    withdrawn: bool = False

    @property
    def author(self) -> str:
        """The name behind the handle."""
        return PEOPLE[self.handle]


_PLACES = ("mill race", "fish ladder", "upper gate", "lower gate", "old lock", "footbridge", "tail pool", "spillway")


def _talk() -> list[TalkPost]:
    handles = list(PEOPLE)
    posts: list[TalkPost] = []
    for number in range(1, 34):
        handle = handles[(number * 5 + number // 8) % len(handles)]
        answers = None if number == 1 else 1 if number % 7 == 2 else max(1, number - 1 - number % 3)
        place, flow = _PLACES[number % len(_PLACES)], 30 + 7 * number
        said = (
            f"On my visit number {number} the {place} carried {flow} litres a second & no more. "
            f"I would close the {place} for {number + 2} days.",
            f"Whoever doubts that may read the staff at the {place} on day {number}.",
        )
        quotes: tuple[tuple[int, str], ...] = ()
        if number in (6, 13, 20, 27) and answers:
            quotes = ((answers, posts[answers - 1].said[1]),)
        posts.append(
            TalkPost(
                number=number,
                handle=handle,
                time=f"2026-03-{1 + number // 8:02}T{8 + number % 8:02}:{number:02}:05Z",
                answers=answers,
                quotes=quotes,
                said=said,
                edited=number == 11,
                withdrawn=number == 17,
            )
        )
    return posts


TALK: Sequence[TalkPost] = tuple(_talk())
"""33 posts: number 11 was edited, number 17 was taken back; 6, 13, 20 and 27 quote what they answer."""


def with_news(talk: Sequence[TalkPost] = TALK) -> Sequence[TalkPost]:
    """The thread a day later: two new posts, number 5 edited, number 9 taken back."""
    later = [
        post._replace(said=(*post.said, "Edit: I read the staff again, and it was 12 litres less."), edited=True)
        if post.number == 5
        else post._replace(withdrawn=True)
        if post.number == 9
        else post
        for post in talk
    ]
    later += [
        TalkPost(34, "heron", "2026-03-10T09:00:05Z", 33, (), ("The heron counts 4 eels at the ladder now.",)),
        TalkPost(35, "sluice", "2026-03-10T10:00:05Z", 1, (), ("The board meets on the weir in May, with 3 votes.",)),
    ]
    return later


def talk_of(count: int, answers: Callable[[int], int]) -> list[TalkPost]:
    """That many posts, of which each but the first answers the one that `answers` says."""
    return [
        TalkPost(
            number=number,
            handle="heron",
            time=f"2026-03-{1 + number // 1400:02}T{number // 60 % 24:02}:{number % 60:02}:05Z",
            answers=answers(number) if number > 1 else None,
            quotes=(),
            said=(f"The heron saw eel number {number}.",),
        )
        for number in range(1, count + 1)
    ]


def reachable(talk: Sequence[TalkPost] = TALK) -> list[TalkPost]:
    """Those posts that are there, and so is all that they answer, up to the first."""
    return list(There.of(talk).posts.values())


class There(NamedTuple):
    """The posts that are reachable, by number, and the replies to each."""

    posts: Mapping[int, TalkPost]
    replies: Mapping[int, Sequence[TalkPost]]

    @classmethod
    def of(cls, talk: Sequence[TalkPost]) -> Self:
        """Those of a talk."""
        posts: dict[int, TalkPost] = {}
        replies: dict[int, list[TalkPost]] = {}
        for post in talk:
            if not post.withdrawn and (post.answers is None or post.answers in posts):
                posts[post.number] = post
                replies.setdefault(post.answers or 0, []).append(post)
        return cls(posts, replies)


class HttpRequest(NamedTuple):
    """What a double is asked. `query` has the last value of each name, `sent` is the whole query as it was sent."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    sent: str = ""


class HttpReply(NamedTuple):
    """What it answers."""

    body: bytes
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = {}


Serve = Callable[[HttpRequest], HttpReply]


class Double(NamedTuple):
    """A site on loopback that serves a talk in the shape of its API. `address` is what an operator names; `serve` makes
    what answers requests to `hosts`; `tells` names what the shape can tell at all: name, handle, time, day, answers,
    quotes, edited, withdrawn. `loses_replies` says that what answers a post that was taken back goes with it."""

    name: str
    address: str
    hosts: tuple[str, ...]
    serve: Callable[[Sequence[TalkPost]], Serve]
    tells: frozenset[str]
    loses_replies: bool = False
