"""Lobsters as it answers programs: /s/ID.json with the story and all of its comments in the order of the tree. Fields as
the site's source gives them; times are those of Chicago, and a comment that was taken back says who did that."""

import html
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

STORY = "ilmwei"
_SITE = "https://lobste.rs"
_HERE = ZoneInfo("America/Chicago")


def _id(number: int) -> str:
    return f"c{number:02}ilm"


def _at(time: str, later: timedelta = timedelta()) -> str:
    return (datetime.fromisoformat(time) + later).astimezone(_HERE).isoformat(timespec="milliseconds")


def _text(post: TalkPost) -> str:
    quoted = [f"<blockquote>\n<p>{html.escape(words)}</p>\n</blockquote>" for _, words in post.quotes]
    return "\n".join([*quoted, *(f"<p>{html.escape(paragraph)}</p>" for paragraph in post.said)]) + "\n"


def _typed(post: TalkPost) -> str:
    return "\r\n\r\n".join([*(f"> {words}" for _, words in post.quotes), *post.said])


def _comment(post: TalkPost, depth: int) -> dict[str, object]:
    gone = post.withdrawn
    return {
        "short_id": _id(post.number),
        "created_at": _at(post.time),
        "last_edited_at": _at(post.time, timedelta(minutes=20 if post.edited else 0, seconds=30)),
        "is_deleted": gone,
        "is_moderated": False,
        "score": 3,
        "flags": 0,
        "parent_comment": _id(post.answers) if post.answers not in (None, 1) else None,
        "comment": "<em>Comment removed by author</em>" if gone else _text(post),
        "comment_plain": "Comment removed by author" if gone else _typed(post),
        "depth": depth,
        "commenting_user": post.handle,
        "short_id_url": f"{_SITE}/c/{_id(post.number)}",
        "url": f"{_SITE}/s/{STORY}/how_much_water#c_{_id(post.number)}",
    }


def story_of(talk: Sequence[TalkPost]) -> dict[str, object]:
    """The story's JSON; its own text is the first post."""
    first = talk[0]
    comments: list[dict[str, object]] = []
    waiting = [(post, 0) for post in reversed(talk) if post.answers == first.number]
    while waiting:
        post, depth = waiting.pop()
        comments.append(_comment(post, depth))
        waiting += [(reply, depth + 1) for reply in reversed(talk) if reply.answers == post.number]
    return {
        "short_id": STORY,
        "created_at": _at(first.time),
        "title": TITLE,
        "url": "",
        "score": 12,
        "flags": 0,
        "comment_count": len(comments),
        "description": _text(first),
        "description_plain": _typed(first),
        "submitter_user": first.handle,
        "user_is_author": True,
        "tags": ["ask", "science"],
        "short_id_url": f"{_SITE}/s/{STORY}",
        "comments_url": f"{_SITE}/s/{STORY}/how_much_water",
        "comments": comments,
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the site does."""

    def answer(request: HttpRequest) -> HttpReply:
        if request.path != f"/s/{STORY}.json":
            return HttpReply(b'{"error":"not found"}', 404)
        return HttpReply(json.dumps(story_of(talk)).encode())

    return answer


DOUBLE = Double(
    name="lobsters",
    address=f"{_SITE}/s/{STORY}/how_much_water_does_the_ilm_weir_let#c_{_id(7)}",
    hosts=("lobste.rs",),
    serve=serve,
    tells=frozenset({"handle", "time", "answers", "quotes", "edited", "withdrawn"}),
)
