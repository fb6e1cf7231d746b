"""GitHub as its GraphQL API answers for a discussion: pages of comments from the end, each with its last replies, to
those who send a token. Replies stand under the comment that began their branch. A comment that was deleted is shown
where it has replies. Pages are at most 3 comments or 4 replies long here."""

import json
from collections.abc import Sequence

from tests.discussions.github_double import REPO, body_of
from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

NUMBER, TOKEN = 9, "a-token-of-the-operator"
_COMMENTS, _REPLIES = 3, 4


def said(post: TalkPost) -> dict[str, object]:
    """What a comment, a reply and the discussion itself have in common."""
    return {
        "id": f"DC_{post.number}",
        "url": f"https://github.com/{REPO}/discussions/{NUMBER}#discussioncomment-{700 + post.number}",
        "bodyHTML": body_of(post)["body_html"],
        "createdAt": post.time,
        "lastEditedAt": "2026-03-09T12:00:00Z" if post.edited else None,
        "author": {"login": post.handle},
    }


def comment_of(post: TalkPost) -> dict[str, object]:
    """A comment or reply; the words of one that was deleted are gone, with its author."""
    gone = post.withdrawn
    return {
        **said(post),
        "deletedAt": "2026-03-09T13:00:00Z" if gone else None,
        "isMinimized": False,
        "minimizedReason": None,
        **({"bodyHTML": "", "author": None} if gone else {}),
    }


def connection(nodes: Sequence[object], most: int, before: str | None) -> dict[str, object]:
    """The last `most` of some nodes, or of those before a cursor."""
    end = int(before.removeprefix("cursor:")) if before else len(nodes)
    start = max(0, end - most)
    return {
        "totalCount": len(nodes),
        "pageInfo": {"hasPreviousPage": start > 0, "startCursor": f"cursor:{start}" if nodes else None},
        "nodes": list(nodes[start:end]),
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the API does."""
    by_number = {post.number: post for post in talk}

    def branch(post: TalkPost) -> int:
        while post.answers != 1:
            post = by_number[post.answers]
        return post.number

    replies: dict[int, list[TalkPost]] = {}
    for post in talk[1:]:
        if post.answers != 1 and not post.withdrawn:
            replies.setdefault(branch(post), []).append(post)
    comments = [post for post in talk if post.answers == 1 and (not post.withdrawn or post.number in replies)]

    def answer(request: HttpRequest) -> HttpReply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return HttpReply(b'{"message": "This endpoint requires you to be authenticated."}', 401)
        asked = json.loads(request.body)["variables"]
        most, before = asked["most"], asked.get("before")

        def replies_to(number: int, ending: str | None) -> dict[str, object]:
            nodes = [comment_of(post) for post in replies.get(number, [])]
            return connection(nodes, min(most, _REPLIES), ending)

        if "comment" in asked:
            number = int(asked["comment"].removeprefix("DC_"))
            return HttpReply(json.dumps({"data": {"node": {"replies": replies_to(number, before)}}}).encode())
        if (asked["owner"], asked["name"], asked["number"]) != (*REPO.split("/"), NUMBER):
            errors = [{"type": "NOT_FOUND", "message": "Could not resolve to a Discussion with that number."}]
            return HttpReply(json.dumps({"data": {"repository": None}, "errors": errors}).encode())
        nodes = [{**comment_of(post), "replies": replies_to(post.number, None)} for post in comments]
        discussion = {
            **said(talk[0]),
            "url": f"https://github.com/{REPO}/discussions/{NUMBER}",
            "title": TITLE,
            "comments": connection(nodes, min(most, _COMMENTS), before),
        }
        return HttpReply(json.dumps({"data": {"repository": {"discussion": discussion}}}).encode())

    return answer


DOUBLE = Double(
    name="github-discussion",
    address=f"https://github.com/{REPO}/discussions/{NUMBER}#discussioncomment-712",
    hosts=("api.github.com",),
    serve=serve,
    tells=frozenset({"handle", "time", "quotes", "edited"}),
)
"""It asks for a token, so it is read with one only."""
