"""A talk in layouts that no program is known for: who and when in a line of words, in cells, in headings, at the end."""

from collections.abc import Callable, Iterable, Sequence

from tests.discussions.layouts import Layout, around, at, escaped, paragraphs, written
from tests.discussions.talk import TITLE, TalkPost

_URL = "https://ilm.example/p/7"


def _said(post: TalkPost) -> str:
    quotes = (f"<blockquote>{escaped(words)}</blockquote>" for _, words in post.quotes)
    return "".join(quotes) + paragraphs(post)


def _kept(talk: Sequence[TalkPost]) -> Iterable[TalkPost]:
    return (post for post in talk if not post.withdrawn)


def _day(post: TalkPost) -> str:
    return f"{at(post).day} March 2026"


def plain(talk: Sequence[TalkPost]) -> str:
    """A line of who and when over what was said, on a page with nothing else."""
    rows = [
        f'<div class="post"><div class="author"><a href="/u/{post.handle}">{post.handle}</a> wrote on {_day(post)}</div>'
        f'<div class="content">{_said(post)}</div></div>'
        for post in _kept(talk)
    ]
    return f"<html><head><title>{TITLE} - River Forum</title></head><body><div id=page><h1>{TITLE}</h1>{''.join(rows)}</div></body></html>"


def _each(
    markup: Callable[[TalkPost], str], around_them: str = "{}", lang: str = "en"
) -> Callable[[Sequence[TalkPost]], str]:
    """A page on which every post is shown by the same markup."""
    return lambda talk: around(around_them.format("".join(map(markup, _kept(talk)))), lang=lang)


def _german(post: TalkPost) -> str:
    head = f"<b>{post.author}</b> schrieb am {at(post).day}. März 2026 um {written(post, '%H:%M')} Uhr:"
    return f"<div><div>{head}</div><div>{_said(post)}</div></div>"


def _french(post: TalkPost) -> str:
    return f"<div class=bloc><p>Le {at(post).day} mars 2026, {post.author} a écrit :</p>{_said(post)}</div>"


def _japanese(post: TalkPost) -> str:
    time = f"{written(post, '%Y/%m/%d')}(月) {written(post, '%H:%M:%S')}"
    return f"<div class=res><div>{post.number} ：{post.author}：{time} ID:abc{post.number}</div><div>{_said(post)}</div></div>"


def _heading(post: TalkPost) -> str:
    return f"<h4>{post.author}, {_day(post)}</h4>{_said(post)}<hr>"


def _defined(post: TalkPost) -> str:
    return f"<dt><strong>{post.author}</strong> ({written(post, '%Y-%m-%d %H:%M')})</dt><dd>{_said(post)}</dd>"


def _cells(post: TalkPost) -> str:
    return f"<tr><td>{post.author}<br>{_day(post)}</td><td>{_said(post)}</td></tr>"


def _two_rows(post: TalkPost) -> str:
    head = f"<td><a href=/member/{post.handle}>{post.author}</a></td><td>{written(post, '%Y-%m-%d %H:%M')}</td>"
    return f"<tr class=head>{head}</tr><tr class=body><td colspan=2>{_said(post)}</td></tr>"


def _signed(post: TalkPost) -> str:
    return f"<div>{_said(post)}<p>— {post.author}, {_day(post)}</p></div>"


def _signed_by_a_link(post: TalkPost) -> str:
    who = f"<a href=/users/{post.handle}>{post.author}</a>"
    return f"<div class=entry>{_said(post)}<p class=sig>Posted by {who} on {_day(post)}</p></div>"


def _dotted(post: TalkPost) -> str:
    meta = f"<span class=user>{post.handle}</span><span class=sep>·</span><span class=date>{written(post, '%b %d, %Y')}</span>"
    actions = "<div class=actions><a href=#>Reply</a><a href=#>Share</a></div>"
    return f"<div class=item><div class=meta>{meta}</div><div class=body>{_said(post)}</div>{actions}</div>"


def _legend(post: TalkPost) -> str:
    return f"<fieldset><legend>{post.author} ({written(post, '%d/%m/%Y')})</legend>{_said(post)}</fieldset>"


def _summary(post: TalkPost) -> str:
    head = f"<a href='/~{post.handle}'>~{post.handle}</a> <time datetime={post.time}>then</time>"
    return f"<details open class=comment><summary>{head}</summary><div class=content>{_said(post)}</div></details>"


def _component(post: TalkPost) -> str:
    head = f"<a href=/@{post.handle}>{post.author}</a> <local-time datetime={post.time}>then</local-time>"
    return f"<my-comment id=k{post.number} author={post.handle}><my-head>{head}</my-head><my-body>{_said(post)}</my-body></my-comment>"


def _hours_ago(post: TalkPost) -> str:
    head = f"<a href=/user/{post.handle}>{post.author}</a> <span>{post.number} hours ago</span>"
    return f"<div class=c><div class=h>{head}</div><div class=t>{_said(post)}</div></div>"


_NAME, _HANDLE = frozenset({"name", "day", "quotes"}), frozenset({"handle", "day", "quotes"})

UNNAMED = [
    Layout("plain", _URL, plain, _HANDLE),
    Layout("German", _URL, _each(_german, lang="de"), _NAME),
    Layout("French", _URL, _each(_french, lang="fr"), _NAME),
    Layout("Japanese", _URL, _each(_japanese, lang="ja"), _NAME),
    Layout("headings", _URL, _each(_heading, "<section>{}</section>"), _NAME),
    Layout("definitions", _URL, _each(_defined, "<dl>{}</dl>"), _NAME),
    Layout("cells", _URL, _each(_cells, "<table>{}</table>"), _NAME),
    Layout("two rows", _URL, _each(_two_rows, "<table>{}</table>"), _NAME),
    Layout("signed", _URL, _each(_signed), _NAME),
    Layout("signed by a link", _URL, _each(_signed_by_a_link), _NAME),
    Layout("dots", _URL, _each(_dotted), _HANDLE),
    Layout("legends", _URL, _each(_legend, lang="en-GB"), _NAME),
    Layout("summaries", _URL, _each(_summary), frozenset({"handle", "time", "quotes"})),
    Layout("components", _URL, _each(_component, "<my-thread>{}</my-thread>"), frozenset({"name", "time", "quotes"})),
    Layout("hours ago", _URL, _each(_hours_ago), frozenset({"name", "quotes"})),
]
