"""Bluesky's public view as it answers programs: app.bsky.feed.getPostThread, a post with those above and below it, here
four levels at a time (how deep an answer goes is its operator's to say). Fields as the network's lexicons give them;
replies come the newest first. A post that was taken back is gone, and with it what answered it. People quote the words
they answer by a ">" they type, for the network quotes whole posts only; no handle here is a name of the talk, for a
handle is a host's name."""

import json
from collections.abc import Sequence

from tests.discussions.talk import PEOPLE, TALK, TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost, There

_LEVELS = 4
_FIRST = 1


def did_of(handle: str) -> str:
    """The account's own name, which lasts."""
    return f"did:plc:{list(PEOPLE).index(handle):024}"


def handle_of(handle: str) -> str:
    """The name that the account goes by."""
    return f"{handle.replace('_', '-')}.ilm.example"


def key_of(number: int) -> str:
    """The key of a post among its writer's."""
    return f"3mgilm{number:07}"


def uri_of(post: TalkPost) -> str:
    """Its address in the network."""
    return f"at://{did_of(post.handle)}/app.bsky.feed.post/{key_of(post.number)}"


def _ref(post: TalkPost) -> dict[str, object]:
    return {"cid": f"bafyrei{post.number:052}", "uri": uri_of(post)}


def view_of(post: TalkPost, there: There) -> dict[str, object]:
    """A post, without what is not there."""
    first = [TITLE] if post.number == _FIRST else []
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": post.time.replace("Z", ".204Z"),
        "langs": ["en"],
        "text": "\n\n".join([*first, *(f"> {words}" for _, words in post.quotes), *post.said]),
    }
    if post.answers:
        record["reply"] = {"parent": _ref(there.posts[post.answers]), "root": _ref(there.posts[_FIRST])}
    return {
        **_ref(post),
        "author": {
            "did": did_of(post.handle),
            "handle": handle_of(post.handle),
            "displayName": post.author,
            "avatar": "https://cdn.bsky.example/img/avatar/plain/x",
            "labels": [],
            "createdAt": "2023-08-01T00:00:00.000Z",
        },
        "record": record,
        "bookmarkCount": 0,
        "replyCount": len(there.replies.get(post.number, ())),
        "repostCount": 0,
        "likeCount": 5,
        "quoteCount": 0,
        "indexedAt": post.time.replace(":05Z", ":07.010Z"),
        "labels": [],
    }


def _down(post: TalkPost, there: There, levels: int) -> dict[str, object]:
    branch = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view_of(post, there), "threadContext": {}}
    if levels:
        replies = reversed(there.replies.get(post.number, ()))
        branch["replies"] = [_down(each, there, levels - 1) for each in replies]
    return branch


def _up(post: TalkPost, there: There, levels: int) -> dict[str, object]:
    answered = there.posts.get(post.answers or 0)
    if not answered or not levels:
        return {}
    return {"parent": {"$type": "app.bsky.feed.defs#threadViewPost", "post": view_of(answered, there),
                       "threadContext": {}, **_up(answered, there, levels - 1)}}  # fmt: skip


def serve(talk: Sequence[TalkPost], most_levels: int = _LEVELS) -> Serve:
    """Answers as the public view does."""
    there = There.of(talk)
    posts = {uri_of(post): post for post in there.posts.values()}
    posts |= {uri.replace(did_of(post.handle), handle_of(post.handle)): post for uri, post in posts.items()}

    def answer(request: HttpRequest) -> HttpReply:
        post = posts.get(request.query.get("uri", ""))
        if request.path != "/xrpc/app.bsky.feed.getPostThread" or not post:
            return HttpReply(b'{"error":"NotFound","message":"Post not found"}', 400)
        levels = min(int(request.query["depth"]), most_levels)
        thread = {**_down(post, there, levels), **_up(post, there, int(request.query["parentHeight"]))}
        return HttpReply(json.dumps({"thread": thread}).encode(), media_type="application/json; charset=utf-8")

    return answer


def link_to(post: TalkPost) -> str:
    """The page of a post."""
    return f"https://bsky.app/profile/{did_of(post.handle)}/post/{key_of(post.number)}"


def changed(number: int, branch: dict[str, object] | None = None, **fields: object) -> Serve:
    """The network's view of the talk, with one post changed wherever it is given: its fields, its record's (written
    record_text and the like), and its branch's."""
    answer, uri = serve(TALK), uri_of(TALK[number - 1])

    def alter(value):
        if isinstance(value, list):
            return [alter(each) for each in value]
        if not isinstance(value, dict):
            return value
        value = {name: alter(each) for name, each in value.items()}
        if isinstance(value.get("post"), dict) and value["post"].get("uri") == uri:
            value = {**value, **(branch or {})}
        if value.get("uri") == uri and "record" in value:
            of_record = {name[7:]: each for name, each in fields.items() if name.startswith("record_")}
            value = {**value, "record": {**value["record"], **of_record}}
            value |= {name: each for name, each in fields.items() if not name.startswith("record_")}
        return value

    return lambda request: HttpReply(json.dumps(alter(json.loads(answer(request).body))).encode())


DOUBLE = Double(
    name="bluesky",
    address=f"https://bsky.app/profile/{handle_of('millstone')}/post/{key_of(33)}",
    hosts=("public.api.bsky.app",),
    serve=serve,
    tells=frozenset({"name", "time", "answers", "quotes"}),
    loses_replies=True,
)
