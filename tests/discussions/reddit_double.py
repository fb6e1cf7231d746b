"""Reddit as it answers programs: /comments/ID.json, a listing of the post and one of its comments, each with a listing
of its replies or "". Fields as the site's published source and recorded answers have them."""

import html
import json
from collections.abc import Sequence
from datetime import datetime

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

LINK, COMMUNITY = "1ilmwr", "ilm_rivers"
_PATH = f"/r/{COMMUNITY}/comments/{LINK}/how_much_water_does_the_ilm_weir_let_through/"


def _id(number: int) -> str:
    return f"kx{number:02}ilm"


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _typed(post: TalkPost) -> str:
    return "\n\n".join([*(f"&gt; {words}" for _, words in post.quotes), *post.said])


def _marked_up(post: TalkPost) -> str:
    quoted = [f"<blockquote>\n<p>{html.escape(words)}</p>\n</blockquote>" for _, words in post.quotes]
    said = "\n\n".join([*quoted, *(f"<p>{html.escape(paragraph)}</p>" for paragraph in post.said)])
    return f'<div class="md">{said}\n</div>'


def listing(*children: dict[str, object]) -> dict[str, object]:
    """A listing as the site wraps whatever it lists."""
    return {"kind": "Listing", "data": {"after": None, "before": None, "dist": None, "modhash": "", "geo_filter": "",
                                        "children": list(children)}}  # fmt: skip


def more(count: int, *children: str) -> dict[str, object]:
    """What stands for comments that are not in the answer."""
    name = children[0] if children else "_"
    return {"kind": "more", "data": {"count": count, "name": f"t1_{name}", "id": name, "depth": 1,
                                     "parent_id": f"t3_{LINK}", "children": list(children)}}  # fmt: skip


def _both(post: TalkPost) -> dict[str, object]:
    seconds = _seconds(post.time)
    return {
        "author": "[deleted]" if post.withdrawn else post.handle,
        "author_flair_text": None,
        "subreddit": COMMUNITY,
        "subreddit_id": "t5_2ilm9",
        "created": seconds,
        "created_utc": seconds,
        "edited": seconds + 900 if post.edited else False,
        "score": 4,
        "ups": 4,
        "downs": 0,
        "distinguished": None,
        "stickied": False,
        "archived": False,
        "locked": False,
    }


def comment_of(post: TalkPost, talk: Sequence[TalkPost]) -> dict[str, object]:
    """A comment with its replies, the newest first, as they were asked for."""
    gone = post.withdrawn
    replies = [comment_of(reply, talk) for reply in reversed(talk) if reply.answers == post.number]
    return {
        "kind": "t1",
        "data": {
            **_both(post),
            "id": _id(post.number),
            "name": f"t1_{_id(post.number)}",
            "link_id": f"t3_{LINK}",
            "parent_id": f"t3_{LINK}" if post.answers == 1 else f"t1_{_id(post.answers or 0)}",
            "body": "[deleted]" if gone else _typed(post),
            "body_html": '<div class="md"><p>[deleted]</p>\n</div>' if gone else _marked_up(post),
            "permalink": f"{_PATH}{_id(post.number)}/",
            "is_submitter": False,
            "score_hidden": False,
            "controversiality": 0,
            "collapsed": gone,
            "replies": listing(*replies) if replies else "",
        },
    }


def link_of(post: TalkPost, comments: int) -> dict[str, object]:
    """The post that began it, with its text."""
    return {
        "kind": "t3",
        "data": {
            **_both(post),
            "id": LINK,
            "name": f"t3_{LINK}",
            "title": TITLE,
            "domain": f"self.{COMMUNITY}",
            "is_self": True,
            "selftext": _typed(post),
            "selftext_html": f"<!-- SC_OFF -->{_marked_up(post)}<!-- SC_ON -->",
            "url": f"https://www.reddit.com{_PATH}",
            "permalink": _PATH,
            "num_comments": comments,
            "over_18": False,
            "suggested_sort": None,
            "removed_by_category": None,
        },
    }


def serve(talk: Sequence[TalkPost]) -> Serve:
    """Answers as the site does."""

    def answer(request: HttpRequest) -> HttpReply:
        if request.path != f"/comments/{LINK}.json" or request.query.get("raw_json") != "1":
            return HttpReply(b'{"message": "Not Found", "error": 404}', 404)
        comments = [comment_of(post, talk) for post in reversed(talk) if post.answers == 1]
        thread = [listing(link_of(talk[0], len(talk) - 1)), listing(*comments)]
        return HttpReply(json.dumps(thread).encode(), media_type="application/json; charset=UTF-8")

    return answer


DOUBLE = Double(
    name="reddit",
    address=f"https://old.reddit.com{_PATH}{_id(7)}/?context=3",
    hosts=("www.reddit.com",),
    serve=serve,
    tells=frozenset({"handle", "time", "answers", "quotes", "edited", "withdrawn"}),
)
