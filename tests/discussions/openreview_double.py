"""OpenReview as its two APIs answer (docs.openreview.net, openreview-py): notes of a forum by offset and limit, deleted
ones where they are asked for. The newer API wraps every field of `content` and lists the forms that made a note; the
older one does neither, and says by `details` whether a note has revisions."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.discussions.talk import TITLE, Double, HttpReply, HttpRequest, Serve, TalkPost

NEWER, OLDER = "api2.openreview.net", "api.openreview.net"
FORUM = "iLmW3irF0r"
_VENUE = "ILM.cc/2026/Workshop"
_LIMIT = 10
_EDITED = 1_773_298_800_000  # 2026-03-12


REVIEW = {
    "summary": "The paper weighs a weir.",
    "strengths": "- It is short.\n- It is wet.",
    "weaknesses": "> We took 7 samples.\n\nSeven are few.",
    "rating": "6: marginally above the bar",
    "confidence": 4,
    "flag_for_ethics_review": ["No ethics review needed."],
    "supplementary_material": "/attachment/0123.zip",
    "_internal": "x",
    "code_of_conduct": None,
    "first_time_reviewer": {"odd": "shape"},
}
"""The fields of a review, some of them no text."""

REVIEW_TEXT = """Summary: The paper weighs a weir.

Strengths:

- It is short.
- It is wet.

Weaknesses:

> We took 7 samples.

Seven are few.

Rating: 6: marginally above the bar

Confidence: 4

Flag for ethics review: No ethics review needed."""
"""What of it is read."""


def note_id(number: int) -> str:
    """A note's id: ten letters and figures."""
    return FORUM if number == 1 else f"iLmN0te{number:03}"


def milliseconds(time: str) -> int:
    """A time as the API gives it."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def _profile(post: TalkPost) -> str:
    return f"~{post.author.replace(' ', '_')}1"


def _content(post: TalkPost) -> dict[str, object]:
    words = [*(f"> {words}" for _, words in post.quotes), *post.said]
    if post.number > 1:
        return {"comment": "\n\n".join(words)}
    return {
        "title": TITLE,
        "authors": [post.author],
        "authorids": [_profile(post)],
        "keywords": ["weirs", "fish ladders"],
        "abstract": "\n\n".join(words),
        "pdf": "/pdf/0123456789abcdef.pdf",
        "venue": "ILM 2026 Workshop",
        "venueid": _VENUE,
        "_bibtex": "@misc{weir}",
    }


def note_of(post: TalkPost, is_newer: bool = True) -> dict[str, Any]:
    """One note, in the shape of either API."""
    first = post.number == 1
    form = f"{_VENUE}/-/Submission" if first else f"{_VENUE}/Submission7/-/Public_Comment"
    created = milliseconds(post.time)
    note: dict[str, Any] = {
        "id": note_id(post.number),
        "forum": FORUM,
        "replyto": None if first else note_id(post.answers or 1),
        "signatures": [f"{_VENUE}/Submission7/Authors" if first else _profile(post)],
        "readers": ["everyone"],
        "writers": [_VENUE],
        "number": post.number,
        "cdate": created,
        "tcdate": created,
        "mdate": _EDITED if post.edited else created,
        "tmdate": _EDITED if post.edited else created,
        "ddate": _EDITED if post.withdrawn else None,
        "content": _content(post),
    }
    if is_newer:
        housekeeping = [f"{_VENUE}/-/Post_Submission", f"{_VENUE}/-/Edit"] if first else []
        wrapped = {field: {"value": value} for field, value in _content(post).items()}
        return {**note, "version": 2, "invitations": [form, *housekeeping], "domain": _VENUE, "content": wrapped}
    return {**note, "invitation": form, "original": None, "details": {"revisions": post.edited}}


def serve(talk: Sequence[TalkPost], has: str = NEWER) -> Serve:
    """Answers as both APIs do, of which one has the forum."""

    def answer(request: HttpRequest) -> HttpReply:
        query = request.query
        notes = [note_of(post, has == NEWER) for post in talk] if request.host == has else []
        if request.path != "/notes":
            return HttpReply(b'{"name": "NotFoundError", "message": "Not Found", "status": 404}', 404)
        if "id" in query:
            notes = [note for note in notes if note["id"] == query["id"]]
        else:
            notes = [note for note in notes if note["forum"] == query["forum"]]
        if query.get("trash") != "true":
            notes = [note for note in notes if not note["ddate"]]
        if query.get("sort", "cdate:desc") == "cdate:desc":
            notes.sort(key=lambda note: note["cdate"], reverse=True)
        page = notes[int(query.get("offset", 0)) :][: min(int(query.get("limit", 1000)), _LIMIT)]
        sent: dict[str, object] = {"notes": page}
        if request.host == OLDER or query.get("count") == "true":
            sent["count"] = len(notes)
        return HttpReply(json.dumps(sent).encode())

    return answer


_TELLS = frozenset({"name", "time", "answers", "quotes", "edited", "withdrawn"})
DOUBLE = Double("openreview", f"https://openreview.net/forum?id={FORUM}", (NEWER, OLDER), serve, _TELLS)
OLDER_DOUBLE = Double(
    "openreview-older",
    f"https://openreview.net/forum?id={FORUM}&noteId={note_id(5)}",
    (NEWER, OLDER),
    lambda talk: serve(talk, has=OLDER),
    _TELLS,
)
