"""A thread of posts as a page's text, with where each post stands in it.

The text is what the posts say, one after the other, and nothing else: who wrote a post and when is known from the post,
never from words in the text. What a post says cannot reach into another's place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from pipeline.errors import Unreadable
from pipeline.read.posts.body import Body, body_of
from pipeline.read.posts.quotes import origin_of, quotable
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import PageText
from pipeline.records.posts import FetchedPost, FetchedThread, Post, QuotedLines
from pipeline.text import one_line
from pipeline.text.detect import language_of

_MOST_LINKS = 100
_LONGEST_NAME = 80  # characters
_SIGNED = 3  # posts of one author that end in the same line: it is a signature
_A_DAY_AHEAD = "~"  # behind every hour of the last day that is believed


def read_thread(body: bytes, url: str, latest: PartialDate) -> PageText:
    """The text of a FetchedThread's JSON. Raises Unreadable."""
    try:
        thread = FetchedThread.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("no posts", f"{url}: its posts were kept in a form this program does not know") from error
    return page_of(thread, latest)


def page_of(thread: FetchedThread, latest: PartialDate, language: str | None = None) -> PageText:
    """The thread as a page's text. `latest` bounds the times believed, `language` is what its page states. Raises
    Unreadable where no post says anything."""
    posts = _each_once(thread.posts, latest)
    bodies = _unsigned(posts, {post.id: body_of(post) for post in posts.values()})
    text, units, placed = _placed(posts, bodies)
    if not text:
        raise Unreadable("no posts", f"{thread.url}: none of its {len(posts)} posts says anything: it was set aside")
    first = next(iter(placed))
    return PageText(
        text=text,
        title=one_line(thread.title) or text.partition("\n")[0][:120],
        extent="part" if thread.missing else "full text",
        venue=one_line(thread.venue or "") or None,
        author=first.author or first.handle,
        published=partial_date(first.time),
        date_from="metadata" if first.time else None,
        language=language_of(text, language),
        links=tuple(dict.fromkeys(link for body in bodies.values() for link in body.links))[:_MOST_LINKS],
        whole_lines=units,
        posts=placed,
        missing=thread.missing,
    )


def _each_once(posts: Sequence[FetchedPost], latest: PartialDate) -> dict[str, FetchedPost]:
    """The posts by id, in their order: names on one line, no time from the future, no answer to what is not there or
    to what comes of itself."""
    known = {post.id: post for post in posts}
    fit: dict[str, FetchedPost] = {}
    for post in known.values():
        believed = post.time if post.time and post.time[: len(latest)] <= f"{latest}{_A_DAY_AHEAD}" else None
        fit[post.id] = post.model_copy(
            update={
                "author": one_line(post.author or "")[:_LONGEST_NAME] or None,
                "handle": one_line(post.handle or "")[:_LONGEST_NAME] or None,
                "time": believed,
                "answers": post.answers if post.answers in known and post.answers != post.id else None,
            }
        )
    sound: set[str] = set()
    for start in fit:
        path = list[str]()
        each: str | None = start
        while each is not None and each not in sound:
            if each in path:  # a circle: its last link is cut
                fit[path[-1]] = fit[path[-1]].model_copy(update={"answers": None})
                break
            path.append(each)
            each = fit[each].answers
        sound.update(path)
    return fit


def _unsigned(posts: Mapping[str, FetchedPost], bodies: Mapping[str, Body]) -> dict[str, Body]:
    """The bodies without signatures: the line that several posts of one author end in."""
    ends = Counter(
        (posts[post].author or posts[post].handle, body.lines[-1].text)
        for post, body in bodies.items()
        if len(body.lines) > 1 and not body.lines[-1].quoted
    )
    unsigned = {}
    for post, body in bodies.items():
        lines = body.lines
        while len(lines) > 1 and ends[posts[post].author or posts[post].handle, lines[-1].text] >= _SIGNED:
            lines = lines[:-1]
        unsigned[post] = body._replace(lines=lines)
    return unsigned


def _placed(
    posts: Mapping[str, FetchedPost], bodies: Mapping[str, Body]
) -> tuple[str, tuple[int, ...], tuple[Post, ...]]:
    """The text, the numbers of its lines that are one unit, and the posts with their places."""
    among = quotable({post: [line.text for line in body.lines if not line.quoted] for post, body in bodies.items()})
    lines: list[str] = []
    units: list[int] = []
    placed: list[Post] = []
    offset = 0
    for post in posts.values():
        quotes: list[QuotedLines] = []
        start = offset
        for line in bodies[post.id].lines:
            if line.unit:
                units.append(len(lines))
            if line.quoted:
                of, name = origin_of(line.text, line.who, post, posts, among)
                quotes = _extended(quotes, QuotedLines(start=offset, end=offset + len(line.text), of=of, name=name))
            lines.append(line.text)
            offset += len(line.text) + 1
        placed.append(
            Post(
                **post.model_dump(include={"id", "author", "handle", "time", "url", "answers", "edited"}),
                withdrawn=post.withdrawn,
                start=start,
                end=max(start, offset - 1) if bodies[post.id].lines else start,
                quotes=tuple(quotes),
            )
        )
    text = "\n".join(lines)
    most = len(text)
    placed = [post.model_copy(update={"start": min(post.start, most), "end": min(post.end, most)}) for post in placed]
    return text, tuple(units), tuple(placed)


def _extended(quotes: list[QuotedLines], new: QuotedLines) -> list[QuotedLines]:
    """`quotes` with one more; lines that follow each other and are from one place are one quotation."""
    last = quotes[-1] if quotes else None
    if last and last.end + 1 == new.start and (last.of, last.name) == (new.of, new.name):
        return [*quotes[:-1], last.model_copy(update={"end": new.end})]
    return [*quotes, new]
