"""A post of Bluesky as the network's public view shows it (app.bsky.feed.defs#postView), and what it says as HTML."""

import html
from typing import Annotated

from pydantic import Field

from pipeline.fetch.discussions.answers import SiteAnswer, usable
from pipeline.fetch.discussions.microblogs import quotation
from pipeline.records.posts import FetchedPost, moment

URI = r"^at://[^/\s]{1,300}/app\.bsky\.feed\.post/[^/\s]{1,512}$"
"""The form of a post's address in the network, which lasts and is its id here."""

_PAGES = "https://bsky.app/profile"
_SIGNED_IN_ONLY = "!no-unauthenticated"


class _Label(SiteAnswer):
    val: str


class Author(SiteAnswer):
    """Who wrote a post; `handle` may be one that the network could not confirm."""

    did: str
    handle: str | None = None
    display_name: str | None = Field(default=None, alias="displayName")
    labels: object = None

    @property
    def account(self) -> str:
        """The name that the account goes by."""
        return self.handle if self.handle and self.handle != "handle.invalid" else self.did

    @property
    def name(self) -> str:
        """The name shown."""
        return self.display_name or self.account


class _Ref(SiteAnswer):
    uri: str


class Reply(SiteAnswer):
    """Which post one answers, and with which its thread begins, as its writer's program says."""

    root: _Ref
    parent: _Ref


class Record(SiteAnswer):
    """What its writer's program kept of a post."""

    text: str
    created_at: object = Field(default=None, alias="createdAt")
    facets: object = None
    reply: Reply | None = None


class PostView(SiteAnswer):
    """One post. `reply_count` counts the posts that answer it, those too that are not shown."""

    uri: Annotated[str, Field(pattern=URI)]
    author: Author
    record: Record
    indexed_at: object = Field(default=None, alias="indexedAt")
    embed: object = None
    reply_count: int | None = Field(default=None, alias="replyCount")
    labels: object = None

    @property
    def answers(self) -> str | None:
        """The post that it answers."""
        return self.record.reply.parent.uri if self.record.reply else None

    @property
    def time(self) -> str | None:
        """The time its writer names, but none behind that at which the network first saw it: so the site shows it."""
        return min((at for at in (moment(self.record.created_at), moment(self.indexed_at)) if at), default=None)

    @property
    def is_open(self) -> bool:
        """Whether those who are not signed in may read it."""
        return _is_open(self.author.labels, self.labels)


class _Slice(SiteAnswer):
    start: int = Field(alias="byteStart")
    end: int = Field(alias="byteEnd")


class _Facet(SiteAnswer):
    index: _Slice
    features: object = None


class _Link(SiteAnswer):
    uri: str = Field(pattern=r"^https?://")


class _Card(_Link):
    title: str = ""


class _Embed(SiteAnswer):
    """What stands below a post: a quoted post (beside pictures it is one level further in), the card of a link."""

    record: object = None
    external: object = None
    media: object = None


class _Quoted(SiteAnswer):
    author: Author
    value: Record
    labels: object = None


def url_of(uri: str) -> str:
    """The page of a post, by what lasts: the account's own name, not the one it goes by."""
    _, _, who, _, key = uri.split("/")
    return f"{_PAGES}/{who}/post/{key}"


def fetched(post: PostView) -> FetchedPost:
    """A post as the records have it."""
    return FetchedPost(
        id=post.uri,
        url=url_of(post.uri),
        author=post.author.display_name or None,
        handle=post.author.account,
        time=post.time,
        answers=post.answers,
        body=_body(post),
    )


def _is_open(*labels: object) -> bool:
    return all(label.val != _SIGNED_IN_ONLY for each in labels for label in usable(each, _Label))


def _body(post: PostView) -> str:
    """What the post says, a paragraph for each of its lines, with its links; below it what it quotes, and the card of a
    link that its words do not have."""
    said, linked = _linked(post.record)
    paragraphs = [f"<p>{line}</p>" for line in said.split("\n") if line.strip()]
    for embed in usable([post.embed], _Embed):
        inner = usable([embed.record], _Embed)
        quoted = usable([embed.record, *(each.record for each in inner)], _Quoted)
        paragraphs += [
            quotation(quote.author.name, quote.value.text.split("\n"))
            for quote in quoted
            if _is_open(quote.author.labels, quote.labels)
        ]
        beside = usable([embed.media], _Embed)
        for card in usable([embed.external, *(each.external for each in beside)], _Card):
            if card.uri not in linked:
                title = f'<a href="{html.escape(card.uri)}">{html.escape(card.title or card.uri)}</a>'
                paragraphs.append(f"<blockquote><p>{title}</p></blockquote>")
    return "".join(paragraphs)


def _linked(record: Record) -> tuple[str, set[str]]:
    """The words of a post as HTML with its links, and where those lead. What a link stands on is counted in bytes."""
    text = record.text.encode()
    pieces, links, done = list[str](), set[str](), 0
    for facet in sorted(usable(record.facets, _Facet), key=lambda each: each.index.start):
        start, end = facet.index.start, facet.index.end
        if not done <= start < end <= len(text):
            continue
        for link in usable(facet.features, _Link)[:1]:
            words = _words(text[start:end]).replace("\n", " ")
            pieces += [_words(text[done:start]), f'<a href="{html.escape(link.uri)}">{words}</a>']
            links.add(link.uri)
            done = end
    return "".join([*pieces, _words(text[done:])]), links


def _words(text: bytes) -> str:
    return html.escape(text.decode(errors="replace"))
