"""ForumMagnum as its GraphQL answers (the repository's own schema): a post, and the comments of a view by `terms`, at
most as many as the forum's own limit. A comment that was taken back in public keeps its writer and loses its text; every
comment has a time of change, which lies a moment behind its posting where nothing was changed."""

import html
import json
from collections.abc import Sequence

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

HOST, POST = "www.lesswrong.com", "ilmWeir4WaterTalk"
_LIMIT = 10


def comment_id(number: int) -> str:
    """The id of a comment, as the forum makes them: 17 letters and figures."""
    return f"ilmWeirComment{number:03}"


def _body(post: TalkPost) -> str:
    quoted = [f"<blockquote><p>{html.escape(words)}</p></blockquote>" for _, words in post.quotes]
    return "".join([*quoted, *(f"<p>{html.escape(paragraph)}</p>" for paragraph in post.said)])


def _user(post: TalkPost) -> dict[str, str]:
    return {"displayName": post.author, "username": post.handle, "slug": post.handle.replace("_", "-")}


def _changed(post: TalkPost) -> str:
    return post.time.replace("05Z", "05.731Z") if not post.edited else "2026-03-12T07:00:00.000Z"


def comment_of(post: TalkPost) -> dict[str, object]:
    """A comment, as far as it is asked for."""
    return {
        "_id": comment_id(post.number),
        "postedAt": post.time.replace("05Z", "05.310Z"),
        "lastEditedAt": _changed(post),
        "parentCommentId": None if post.answers == 1 else comment_id(post.answers or 0),
        "deleted": post.withdrawn,
        "retracted": False,
        "htmlBody": None if post.withdrawn else _body(post),
        "author": None if post.withdrawn else post.author,
        "pageUrl": f"https://{HOST}/posts/{POST}/how-much-water?commentId={comment_id(post.number)}",
        "user": _user(post),
    }


def post_of(post: TalkPost) -> dict[str, object]:
    """The post, as far as it is asked for."""
    return {
        "_id": POST,
        "title": TITLE,
        "postedAt": post.time.replace("05Z", "05.310Z"),
        "question": False,
        "debate": False,
        "htmlBody": _body(post),
        "author": post.author,
        "contents": {"editedAt": post.time.replace("05Z", "04.980Z")},
        "user": _user(post),
        "coauthors": [],
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the forum does."""

    def answer(request: HttpRequest) -> HttpReply:
        if request.path != "/graphql" or request.method != "POST":
            return HttpReply(b"<!doctype html><title>LessWrong</title>", 404, "text/html")
        asked = json.loads(request.body)
        terms = asked["variables"]["terms"]
        comments = sorted(map(comment_of, talk[1:]), key=lambda each: str(each["postedAt"]), reverse=True)
        comments.sort(key=lambda each: bool(each["deleted"]))
        if terms["view"] != "postCommentsNew" or terms["postId"] != POST:
            comments = []
        page = comments[terms["offset"] :][: min(terms["limit"], _LIMIT)]
        total = len(comments) if len(page) == min(terms["limit"], _LIMIT) else len(page)
        data: dict[str, object] = {"comments": {"totalCount": total, "results": page}}
        if "post" in asked["variables"]:
            data["post"] = {"result": post_of(talk[0]) if asked["variables"]["post"] == POST else None}
        return HttpReply(json.dumps({"data": data}).encode())

    return answer


DOUBLE = Double(
    name="forummagnum",
    address=f"https://{HOST}/posts/{POST}/how-much-water-does-the-ilm-weir-let-through",
    hosts=(HOST,),
    serve=serve,
    tells=frozenset({"name", "handle", "time", "answers", "quotes", "edited", "withdrawn"}),
)
