"""A Mastodon server as it answers those who are not signed in: a status, and its context with at most 40 posts above it,
60 below it and 20 replies deep. Fields as its documentation gives them. A post that was taken back is gone, and what
answered it has lost its place in the thread."""

import html
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost, There

HOST = "ilm.example"
_ABOVE, _BELOW, _DEEP = 40, 60, 20


def status_id(number: int) -> str:
    """A number of the size that the server gives."""
    return str(116_152_000_000_000_000 + number * 7_000_000)


def _content(post: TalkPost) -> str:
    paragraphs = [*(f"> {words}" for _, words in post.quotes), *post.said]
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)


def _account(post: TalkPost) -> dict[str, object]:
    otter = {"shortcode": "otter", "url": f"https://files.{HOST}/otter.png", "static_url": f"https://files.{HOST}/o.png",
             "visible_in_picker": True}  # fmt: skip
    likes_otters = post.handle in ("river_ann", "heron")
    return {
        "id": str(109_000 + len(post.handle)),
        "username": post.handle,
        "acct": post.handle,
        "display_name": f"{post.author} :otter:" if likes_otters else post.author,
        "locked": False,
        "bot": False,
        "created_at": "2022-11-04T00:00:00.000Z",
        "note": "<p>Rivers.</p>",
        "url": f"https://{HOST}/@{post.handle}",
        "followers_count": 30,
        "statuses_count": 400,
        "emojis": [otter] if likes_otters else [],
        "fields": [],
    }


def status_of(post: TalkPost, there: There) -> dict[str, object]:
    """A post, without what is not there."""
    answered = there.posts.get(post.answers or 0)
    return {
        "id": status_id(post.number),
        "created_at": post.time.replace("Z", ".382Z"),
        "in_reply_to_id": status_id(answered.number) if answered else None,
        "in_reply_to_account_id": _account(answered)["id"] if answered else None,
        "sensitive": post.number == 1,
        "spoiler_text": TITLE if post.number == 1 else "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://{HOST}/users/{post.handle}/statuses/{status_id(post.number)}",
        "url": f"https://{HOST}/@{post.handle}/{status_id(post.number)}",
        "replies_count": len(there.replies.get(post.number, ())),
        "reblogs_count": 0,
        "favourites_count": 2,
        "quotes_count": 0,
        "edited_at": post.time.replace(":05Z", ":58.100Z") if post.edited else None,
        "content": _content(post),
        "reblog": None,
        "account": _account(post),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "quote": None,
        "card": None,
        "poll": None,
    }


def _below(number: int, there: There, depth: int = 1) -> Iterator[TalkPost]:
    for reply in there.replies.get(number, ()) if depth <= _DEEP else ():
        yield reply
        yield from _below(reply.number, there, depth + 1)


def _above(post: TalkPost, there: There) -> list[TalkPost]:
    above = [post]
    while len(above) <= _ABOVE and (answered := there.posts.get(above[-1].answers or 0)):
        above.append(answered)
    return above[:0:-1]


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the server does."""
    there = There.of(talk)
    by_id = {status_id(post.number): post for post in there.posts.values()}

    def answer(request: HttpRequest) -> HttpReply:
        number, _, what = request.path.removeprefix("/api/v1/statuses/").partition("/")
        post = by_id.get(number)
        if not post or what not in ("", "context"):
            return HttpReply(b'{"error":"Record not found"}', 404)
        if not what:
            return HttpReply(json.dumps(status_of(post, there)).encode())
        context = {
            "ancestors": [status_of(each, there) for each in _above(post, there)],
            "descendants": [status_of(each, there) for each in islice(_below(post.number, there), _BELOW)],
        }
        return HttpReply(json.dumps(context).encode(), media_type="application/json; charset=utf-8")

    return answer


DOUBLE = Double(
    name="mastodon",
    address=f"https://{HOST}/@millstone/{status_id(33)}",
    hosts=(HOST,),
    serve=serve,
    tells=frozenset({"name", "handle", "time", "answers", "quotes", "edited"}),
    loses_replies=True,
)
