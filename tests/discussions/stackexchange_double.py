"""Stack Exchange as its API answers (version 2.3, the filter `withbody`): a question, its answers and the comments on
posts, each in the wrapper that all answers have. Pages are 10 long at most here, where the API gives 100. Comments on
the site are one paragraph and quote nothing, so the talk's posts are answers, and two comments of its people are added.
"""

import html
import json
from collections.abc import Sequence
from datetime import datetime

from tests.discussions.talk import PEOPLE, TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

HOST, QUESTION = "rivers.stackexchange.com", 5000
_MOST = 10
COMMENTS = (
    (9001, QUESTION, "heron", 1772352300, "Do you mean the upper weir or the lower one?"),
    (9002, QUESTION + 2, "river_ann", 1772352900, "I doubt the figure for the footbridge, and for day 2."),
)
"""Comments: id, post, who, when, what."""


def seconds(time: str) -> int:
    """A time of the talk as the API writes times."""
    return int(datetime.fromisoformat(time).timestamp())


def owner(handle: str) -> dict[str, object]:
    """An account as it stands in a post."""
    number = 100 + list(PEOPLE).index(handle)
    return {
        "account_id": 7 * number,
        "reputation": 101,
        "user_id": number,
        "user_type": "registered",
        "profile_image": f"https://avatars.ilm.example/{number}?s=256",
        "display_name": html.escape(PEOPLE[handle]),
        "link": f"https://{HOST}/users/{number}/{handle}",
    }


def _body(post: TalkPost) -> str:
    quoted = "".join(f"<blockquote>\n<p>{html.escape(words)}</p>\n</blockquote>\n" for _, words in post.quotes)
    return quoted + "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in post.said)


def _post(post: TalkPost) -> dict[str, object]:
    at = seconds(post.time)
    return {
        "owner": owner(post.handle),
        "score": 3,
        "last_activity_date": at + 600 * post.edited,
        **({"last_edit_date": at + 600} if post.edited else {}),
        "creation_date": at,
        "question_id": QUESTION,
        "content_license": "CC BY-SA 4.0",
        "body": _body(post),
    }


def question_of(talk: Sequence[TalkPost]) -> dict[str, object]:
    """The question, with its title as HTML."""
    return {
        **_post(talk[0]),
        "tags": ["weirs", "discharge"],
        "is_answered": True,
        "view_count": 801,
        "answer_count": sum(not post.withdrawn for post in talk[1:]),
        "link": f"https://{HOST}/questions/{QUESTION}/how-much-water-does-the-ilm-weir-let-through",
        "title": html.escape(TITLE),
    }


def answers_of(talk: Sequence[TalkPost]) -> list[dict[str, object]]:
    """Its answers that are still there."""
    return [
        {**_post(post), "is_accepted": post.number == 3, "answer_id": QUESTION + post.number}
        for post in talk[1:]
        if not post.withdrawn
    ]


def comments_on(posts: set[int]) -> list[dict[str, object]]:
    """The comments on some posts."""
    return [
        {
            "owner": owner(handle),
            "edited": False,
            "score": 0,
            "creation_date": at,
            "post_id": post,
            "comment_id": number,
            "content_license": "CC BY-SA 4.0",
            "body": html.escape(said),
        }
        for number, post, handle, at, said in COMMENTS
        if post in posts
    ]


def page(items: Sequence[dict[str, object]], request: HttpRequest) -> HttpReply:
    """One page of a list, sorted as was asked."""
    newest_first = request.query.get("order", "desc") == "desc"
    items = sorted(items, key=lambda item: item["creation_date"], reverse=newest_first)
    size = min(int(request.query.get("pagesize", "30")), _MOST)
    start = size * (int(request.query.get("page", "1")) - 1)
    answer = {
        "items": items[start : start + size],
        "has_more": len(items) > start + size,
        "quota_max": 300,
        "quota_remaining": 211,
    }
    return HttpReply(json.dumps(answer).encode(), media_type="application/json; charset=utf-8")


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the API does."""

    def answer(request: HttpRequest) -> HttpReply:
        method = request.path.removeprefix("/2.3/").split("/")
        if request.query.get("site") != HOST or request.query.get("filter") != "withbody":
            wrong = {"error_id": 400, "error_message": "No site found for name", "error_name": "bad_parameter"}
            return HttpReply(json.dumps(wrong).encode(), 400)
        if method == ["questions", str(QUESTION)]:
            return page([question_of(talk)], request)
        if method == ["questions", str(QUESTION), "answers"]:
            return page(answers_of(talk), request)
        if method[0] == "posts" and method[2:] == ["comments"]:
            return page(comments_on({int(post) for post in method[1].split(";")}), request)
        return page([], request)

    return answer


DOUBLE = Double(
    name="stackexchange",
    address=f"https://{HOST}/questions/{QUESTION}/how-much-water/5007#5007",
    hosts=("api.stackexchange.com",),
    serve=serve,
    tells=frozenset({"name", "time", "quotes", "edited"}),
)
