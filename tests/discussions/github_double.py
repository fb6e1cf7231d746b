"""GitHub as its REST API answers: an issue with its comments, and a pull request whose posts are comments, reviews and
review comments in turn. Fields as its description gives them (version 2022-11-28, the media type `full`). Pages of
comments are 10 long at most here, where the API gives 100."""

import html
import json
from collections.abc import Sequence

from tests.discussions.talk import PEOPLE, TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

REPO, ISSUE, PULL = "ilm-board/weir", 7, 8
_API = f"https://api.github.com/repos/{REPO}"
_MOST = 10


def user(handle: str) -> dict[str, object]:
    """An account as it stands in a post: it has no other name there."""
    number = 300 + list(PEOPLE).index(handle)
    return {"login": handle, "id": number, "type": "User", "html_url": f"https://github.com/{handle}"}


def body_of(post: TalkPost) -> dict[str, str]:
    """The three forms in which the media type `full` gives what was written."""
    markdown = "\n\n".join([*(f"> {words}" for _, words in post.quotes), *post.said])
    quoted = "".join(f"<blockquote>\n<p>{html.escape(words)}</p>\n</blockquote>\n" for _, words in post.quotes)
    said = "\n".join(f'<p dir="auto">{html.escape(paragraph)}</p>' for paragraph in post.said)
    return {"body": markdown, "body_text": "\n".join(post.said), "body_html": quoted + said}


def _said(post: TalkPost, page: str) -> dict[str, object]:
    return {
        "id": 2_000_000_000 + post.number,
        "node_id": f"IC_{post.number}",
        "html_url": f"https://github.com/{REPO}/{page}{2_000_000_000 + post.number}",
        "user": user(post.handle),
        "author_association": "NONE",
        **body_of(post),
    }


def comment_of(post: TalkPost, page: str = f"issues/{ISSUE}#issuecomment-") -> dict[str, object]:
    """A comment on an issue or pull request."""
    changed = post.time.replace("05Z", "41Z") if post.edited else post.time
    return {**_said(post, page), "issue_url": f"{_API}/issues/{ISSUE}", "created_at": post.time, "updated_at": changed}


def review_comment_of(post: TalkPost, answers: int | None) -> dict[str, object]:
    """A comment on a line: it was begun before it was sent with its review, so it looks changed."""
    return {
        **_said(post, f"pull/{PULL}#discussion_r"),
        "pull_request_review_id": 77,
        "path": "gates/upper.toml",
        "diff_hunk": "@@ -1 +1 @@",
        **({"in_reply_to_id": 2_000_000_000 + answers} if answers else {}),
        "created_at": post.time,
        "updated_at": post.time.replace("05Z", "52Z"),
    }


def review_of(post: TalkPost) -> dict[str, object]:
    """A review with words of its own."""
    return {**_said(post, f"pull/{PULL}#pullrequestreview-"), "state": "COMMENTED", "submitted_at": post.time}


_APPROVAL = {
    "id": 2_000_000_900,
    "node_id": "PRR_900",
    "user": user("heron"),
    "body": "",
    "body_html": "",
    "state": "APPROVED",
    "html_url": f"https://github.com/{REPO}/pull/{PULL}#pullrequestreview-2000000900",
    "submitted_at": "2026-03-08T10:00:00Z",
}
"""A review without a word."""


def _first(post: TalkPost, page: str, api: str) -> dict[str, object]:
    return {
        **_said(post, ""),
        "url": f"{_API}/{api}",
        "html_url": f"https://github.com/{REPO}/{page}",
        "number": int(page.rpartition("/")[2]),
        "title": TITLE,
        "state": "open",
        "locked": False,
        "labels": [],
        "created_at": post.time,
        "updated_at": "2026-03-09T12:00:00Z",
        "closed_at": None,
    }


def page(items: Sequence[dict[str, object]], request: HttpRequest) -> HttpReply:
    """One page of a list."""
    size = min(int(request.query.get("per_page", "30")), 100 if request.path.endswith("/reviews") else _MOST)
    start = size * (int(request.query.get("page", "1")) - 1)
    return HttpReply(json.dumps(items[start : start + size]).encode(), media_type="application/json; charset=utf-8")


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the API does: what was deleted is in no list and no count."""
    there = [post for post in talk[1:] if not post.withdrawn]
    on_pull = [post for post in there if post.number % 3 == 0]
    on_lines = [post for post in there if post.number % 3 == 1]
    reviews = [post for post in there if post.number % 3 == 2]
    place = f"/repos/{REPO}"
    pull = {**_first(talk[0], f"pull/{PULL}", f"pulls/{PULL}"), "comments": len(on_pull)}
    ones = {
        f"{place}/issues/{ISSUE}": {**_first(talk[0], f"issues/{ISSUE}", f"issues/{ISSUE}"), "comments": len(there)},
        f"{place}/issues/{PULL}": {
            **pull,
            "id": 1,
            "url": f"{_API}/issues/{PULL}",
            "pull_request": {"url": f"{_API}/pulls/{PULL}", "merged_at": None},
        },
        f"{place}/pulls/{PULL}": {**pull, "review_comments": len(on_lines), "commits": 2, "merged": False},
    }
    lists = {
        f"{place}/issues/{ISSUE}/comments": [comment_of(post) for post in there],
        f"{place}/issues/{PULL}/comments": [comment_of(post, f"pull/{PULL}#issuecomment-") for post in on_pull],
        f"{place}/pulls/{PULL}/comments": [
            review_comment_of(post, post.answers if any(post.answers == of.number for of in on_lines) else None)
            for post in on_lines
        ],
        f"{place}/pulls/{PULL}/reviews": [*(review_of(post) for post in reviews), _APPROVAL],
    }

    def answer(request: HttpRequest) -> HttpReply:
        if request.path in lists:
            return page(lists[request.path], request)
        if request.path in ones and request.headers.get("accept") == "application/vnd.github.full+json":
            return HttpReply(json.dumps(ones[request.path]).encode(), media_type="application/json; charset=utf-8")
        return HttpReply(b'{"message": "Not Found", "status": "404"}', 404)

    return answer


DOUBLE = Double(
    name="github-issue",
    address=f"https://github.com/{REPO}/issues/{ISSUE}#issuecomment-2000000012",
    hosts=("api.github.com",),
    serve=serve,
    tells=frozenset({"handle", "time", "quotes", "edited"}),
)
PULL_DOUBLE = Double(
    name="github-pull",
    address=f"https://github.com/{REPO}/pull/{PULL}/files",
    hosts=("api.github.com",),
    serve=serve,
    tells=frozenset({"handle", "time", "quotes"}),
)
