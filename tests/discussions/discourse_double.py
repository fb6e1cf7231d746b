"""Discourse as it answers programs: /t/ID.json with the first 20 posts and the ids of all, /t/ID/posts.json with those
asked for by their ids. Fields as its serializers give them; a topic that was closed has a note of that among its posts,
and what an author takes back stays for a day as "(post deleted by author)"."""

import html
import json
from collections.abc import Sequence
from urllib.parse import parse_qsl

from tests.discussions.talk import PEOPLE, TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

HOST, TOPIC, SLUG = "forum.ilm.example", 4711, "how-much-water-does-the-ilm-weir-let-through"
_FIRST = 20
_NOTE = 9000


def _quote(post: TalkPost, talk: Sequence[TalkPost]) -> str:
    """Quotations name the account, or, where a forum prefers names, the name before it."""
    asides = []
    for number, words in post.quotes:
        quoted = talk[number - 1]
        shown = quoted.handle if post.number % 2 else quoted.author
        asides.append(
            f'<aside class="quote no-group" data-username="{quoted.handle}" data-post="{number}" data-topic="{TOPIC}">\n'
            '<div class="title">\n<div class="quote-controls"></div>\n'
            f'<img loading="lazy" alt="" width="24" height="24" src="/letter_avatar/{quoted.handle}/48/1.png" '
            f'class="avatar"> {shown}:</div>\n<blockquote>\n<p>{html.escape(words)}</p>\n</blockquote>\n</aside>\n'
        )
    return "".join(asides)


def post_of(post: TalkPost, talk: Sequence[TalkPost]) -> dict[str, object]:
    """One post as PostSerializer gives it."""
    said = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in post.said)
    gone = post.withdrawn
    return {
        "id": 80_000 + 3 * post.number,
        "name": post.author,
        "username": post.handle,
        "avatar_template": f"/letter_avatar/{post.handle}/{{size}}/1.png",
        "created_at": post.time.replace("Z", ".123Z"),
        "cooked": "<p>(post deleted by author)</p>" if gone else _quote(post, talk) + said,
        "post_number": post.number,
        "post_type": 1,
        "updated_at": post.time.replace("Z", ".456Z"),
        "reply_count": sum(reply.answers == post.number for reply in talk),
        "reply_to_post_number": None if post.answers == 1 else post.answers,
        "quote_count": len(post.quotes),
        "reads": 12,
        "score": 2.4,
        "yours": False,
        "topic_id": TOPIC,
        "topic_slug": SLUG,
        "display_username": post.author,
        "version": 2 if post.edited or gone else 1,
        "can_edit": False,
        "actions_summary": [],
        "moderator": False,
        "staff": False,
        "user_id": 1 + list(PEOPLE).index(post.handle),
        "hidden": False,
        "trust_level": 1,
        "deleted_at": None,
        "user_deleted": gone,
        "edit_reason": None,
        "can_view_edit_history": True,
        "wiki": False,
    }


def _note(number: int) -> dict[str, object]:
    """What the program itself says of the topic."""
    return {
        "id": _NOTE,
        "name": "system",
        "username": "system",
        "created_at": "2026-03-20T09:00:00.000Z",
        "cooked": "",
        "post_number": number,
        "post_type": 3,
        "action_code": "closed.enabled",
        "reply_to_post_number": None,
        "version": 1,
        "hidden": False,
        "deleted_at": None,
        "user_deleted": False,
    }


def topic_of(posts: Sequence[dict[str, object]]) -> dict[str, object]:
    """The topic as TopicViewSerializer gives it."""
    return {
        "post_stream": {"posts": posts[:_FIRST], "stream": [post["id"] for post in posts]},
        "timeline_lookup": [[1, 24], [len(posts), 5]],
        "id": TOPIC,
        "title": TITLE,
        "fancy_title": html.escape(TITLE),
        "posts_count": len(posts),
        "created_at": posts[0]["created_at"],
        "views": 801,
        "reply_count": len(posts) - 1,
        "closed": True,
        "archetype": "regular",
        "slug": SLUG,
        "category_id": 5,
        "highest_post_number": posts[-1]["post_number"],
        "details": {"can_flag_topic": False, "participants": []},
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the forum does."""

    def answer(request: HttpRequest) -> HttpReply:
        posts = [*(post_of(post, talk) for post in talk), _note(len(talk) + 1)]
        if request.path == f"/t/{TOPIC}.json":
            return HttpReply(json.dumps(topic_of(posts)).encode())
        if request.path == f"/t/{TOPIC}/posts.json":
            asked = {int(value) for name, value in parse_qsl(request.sent) if name == "post_ids[]"}
            given = {"post_stream": {"posts": [post for post in posts if post["id"] in asked]}, "id": TOPIC}
            return HttpReply(json.dumps(given).encode())
        return HttpReply(b'{"errors": ["not found"], "error_type": "not_found"}', 404)

    return answer


DOUBLE = Double(
    name="discourse",
    address=f"https://{HOST}/t/{SLUG}/{TOPIC}/12?u=heron",
    hosts=(HOST,),
    serve=serve,
    tells=frozenset({"name", "handle", "time", "answers", "quotes", "edited", "withdrawn"}),
)
