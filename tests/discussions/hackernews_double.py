"""Hacker News as its public index answers (hn.algolia.com/api: one item with the whole tree of `children`)."""

import html
import json
from collections.abc import Sequence

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

_STORY = 4000


def _text(post: TalkPost) -> str:
    quoted = [f"&gt; {html.escape(words)}" for _, words in post.quotes]
    return "<p>".join([*quoted, *(html.escape(paragraph) for paragraph in post.said)])


def _item(post: TalkPost, talk: Sequence[TalkPost]) -> dict[str, object]:
    gone = post.withdrawn
    return {
        "id": _STORY + post.number,
        "type": "comment",
        "author": None if gone else post.handle,
        "text": None if gone else _text(post),
        "created_at": post.time.replace("Z", ".000Z"),
        "parent_id": _STORY + (post.answers or 0),
        "story_id": _STORY,
        "points": None,
        "title": None,
        "url": None,
        "children": [_item(reply, talk) for reply in talk if reply.answers == post.number],
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the index does."""

    def answer(request: HttpRequest) -> HttpReply:
        if request.path != f"/api/v1/items/{_STORY}":
            return HttpReply(b'{"status": 404, "error": "Not Found"}', 404)
        story = {"id": _STORY, "type": "story", "title": TITLE, "url": "https://ilm.example/weir", "author": "x",
                 "text": None, "created_at": "2026-03-01T08:00:00.000Z", "parent_id": None, "points": 80}  # fmt: skip
        story["children"] = [_item(post, talk) for post in talk if post.answers is None]
        return HttpReply(json.dumps(story).encode())

    return answer


DOUBLE = Double(
    name="hackernews",
    address=f"https://news.ycombinator.com/item?id={_STORY}",
    hosts=("hn.algolia.com",),
    serve=serve,
    tells=frozenset({"handle", "time", "answers", "quotes", "withdrawn"}),
)
