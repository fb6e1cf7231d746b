"""The question about posts of a discussion, and the form of its answer.

Every line that is shown says by its first sign what it is: "###" begins a post and is written here, "[n]" is a sentence
of it, ">" repeats another's words. No post can write a line that begins otherwise, so none can end its own place or
begin another's.
"""

from collections.abc import Iterable, Sequence

from pipeline.extract.question import ArticleAnswer, ClaimAnswer, FigureAnswer, QuantityAnswer, SourceText
from pipeline.model.tokens import count_tokens
from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.items import Snapshot
from pipeline.records.posts import Post
from pipeline.text import one_line, opening, short_hash
from pipeline.text.tags import english_name
from pipeline.verify.authorship import Authorship, counts

_MOST_TOKENS = 8_000  # of posts in one question; chosen, not measured
_WORDS_A_CLAIM = 70  # denser than an article: every poster has a position. Chosen, not measured
_FEWEST_CLAIMS, _MOST_CLAIMS = 2, 30  # of one question
_ANSWERED_WORDS = 30  # of a post that is answered and not shown


class PostsAnswer(AnswerForm):
    """What the model is asked to give for posts. `occurred` is a date, or START/END; `telling` are positions in
    `claims`, from 1."""

    summary: str
    topics: list[str]
    cast: list[FigureAnswer]
    claims: list[ClaimAnswer]
    telling: list[int]
    figures: list[QuantityAnswer]
    works: list[str]

    def as_article(self) -> ArticleAnswer:
        """The answer in the form that one about an article has."""
        return ArticleAnswer(form="forum thread", status="", **dict(self))


def unread_sentences(snapshot: Snapshot, read: Iterable[str]) -> tuple[int, ...]:
    """The numbers of the sentences to be asked about: those of all posts but `read`, without those that only repeat
    another poster's words."""
    authorship, known = Authorship(snapshot), frozenset(read)
    return tuple(
        number
        for number, post in authorship.post_of.items()
        if post.id not in known and number not in authorship.repeated
    )


def of_sentences(snapshot: Snapshot, numbers: Iterable[int]) -> set[str]:
    """The ids of the posts that these sentences stand in."""
    post_of = Authorship(snapshot).post_of
    return {post_of[number].id for number in numbers if number in post_of}


def portions_of(text: SourceText) -> list[tuple[int, ...]]:
    """The sentences of `text` that are to be asked about, as many together as one question holds. A post is not
    divided."""
    post_of = Authorship(text.snapshot).post_of
    parts: list[list[int]] = []
    tokens = 0
    by_post: dict[str, list[int]] = {}
    for number in text.numbers:
        by_post.setdefault(post_of[number].id, []).append(number)
    for numbers in by_post.values():
        cost = count_tokens(" ".join(text.snapshot.text_of(text.snapshot.sentences[n - 1]) for n in numbers))
        if not parts or tokens + cost > _MOST_TOKENS:
            parts.append([])
            tokens = 0
        parts[-1] += numbers
        tokens += cost
    return [tuple(part) for part in parts]


def question(text: SourceText, numbers: Sequence[int]) -> RenderedPrompt:
    """The prompt for the sentences `numbers` of a discussion, each under its post. The marker around them is a hash of
    the whole text, as around an article."""
    snapshot, authorship = text.snapshot, Authorship(text.snapshot)
    asked = set(numbers)
    shown = list(dict.fromkeys(authorship.post_of[number].id for number in numbers))
    places = {post.id: place for place, post in enumerate(snapshot.posts, 1)}
    by_id = {post.id: post for post in snapshot.posts}
    lines: dict[str, list[tuple[int | None, str]]] = {post: [] for post in shown}
    for span in snapshot.sentences:
        post = authorship.post_of.get(span.number)
        if post is None or post.id not in lines:
            continue
        words = one_line(snapshot.text_of(span))
        quote = authorship.quoted.get(span.number)
        if span.number in authorship.repeated:
            lines[post.id].append((None, f"{_whose(quote.of if quote else None, by_id, places)}: {words}"))
        elif span.number in asked:
            outside = f"(quoting {quote.name or 'another text'}) " if quote else ""
            lines[post.id].append((span.number, outside + words))
    return prompt("posts").render(
        language=english_name(text.language),
        venue=text.item.venue,
        title=text.item.title,
        total=sum(counts(snapshot.posts).values()),
        people=len(counts(snapshot.posts)),
        so_far=text.earlier.summary if text.earlier else "",
        claims=_claims_for(snapshot, numbers),
        marker=short_hash(snapshot.id, snapshot.text),
        posts=[
            {
                "number": places[post],
                "by": _names(by_id[post]),
                "time": _time(by_id[post]),
                "edited": by_id[post].edited,
                "answers": _answered(by_id[post], snapshot, by_id, places, shown),
                "lines": lines[post],
            }
            for post in shown
        ],
    )


def _names(post: Post) -> str:
    """Who wrote it: the name, and the handle where it is another."""
    handle = f" ({post.handle})" if post.author and post.handle and post.handle != post.author else ""
    return one_line(f"{post.name}{handle}")


def _time(post: Post) -> str:
    return (post.time or "").replace("T", " ")[:16]


def _whose(post: str | None, by_id: dict[str, Post], places: dict[str, int]) -> str:
    return f"{by_id[post].name}, post {places[post]}" if post in by_id else "another poster, in none of the posts here"


def _answered(
    post: Post, snapshot: Snapshot, by_id: dict[str, Post], places: dict[str, int], shown: Sequence[str]
) -> str:
    """The post that is answered, with its first words where it is not shown itself."""
    answered = by_id.get(post.answers or "")
    if answered is None:
        return ""
    named = f"post {places[answered.id]} by {answered.name}"
    words = opening(snapshot.text[answered.start : answered.end], _ANSWERED_WORDS)
    return named if answered.id in shown or not words else f'{named}, which begins: "{words}"'


def _claims_for(snapshot: Snapshot, numbers: Sequence[int]) -> int:
    words = sum(len(snapshot.text_of(snapshot.sentences[number - 1]).split()) for number in numbers)
    return max(_FEWEST_CLAIMS, min(_MOST_CLAIMS, round(words / _WORDS_A_CLAIM)))
