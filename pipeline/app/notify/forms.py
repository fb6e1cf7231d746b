"""The HTTP request that a receiver of each kind takes.

json    Standard Webhooks (www.standardwebhooks.com): type, time and data, signed by HMAC-SHA256
slack   the `text` that incoming webhooks of Slack take, and of Mattermost and others after its example
ntfy    ntfy's message as JSON, for the topic at the end of the address
matrix  an event for the room of the address (`…/rooms/ROOM/send/m.room.message`), by the client-server API
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from pipeline.app.notify.message import Message

Form = Literal["json", "slack", "ntfy", "matrix"]

REPEATABLE: frozenset[Form] = frozenset({"json", "matrix"})
"""Forms that carry the message's id: a receiver can tell the same message when it comes again."""

_NTFY_BYTES = 3500  # of text; ntfy makes a file of more than 4096 in all
_SHORTEST_KEY = 24  # bytes, by the standard
_SLACK_CHARACTERS = 30_000  # Slack cuts off after 40,000


class HookRequest(NamedTuple):
    """A request: the whole of its body and of its headers but for what says who sends it."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]


class Receiver(NamedTuple):
    """Who is told: an address, the form that is understood there; what `json` is signed with, and a token, or ""."""

    url: str
    form: Form
    secret: str = ""
    token: str = ""


def request_for(receiver: Receiver, message: Message, now: datetime) -> HookRequest:
    """The request that tells `receiver` the message, at `now`. Raises ValueError for a secret that cannot be used."""
    url, body = _FORMS[receiver.form](receiver, message)
    raw = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if receiver.form == "json":
        moment = str(int(now.timestamp()))
        headers |= {"webhook-id": message.id, "webhook-timestamp": moment}
        if receiver.secret:
            headers["webhook-signature"] = signature(receiver.secret, message.id, moment, raw)
    if receiver.token:
        headers["Authorization"] = f"Bearer {receiver.token}"
    return HookRequest("PUT" if receiver.form == "matrix" else "POST", url, raw, headers)


def signature(secret: str, message_id: str, moment: str, body: bytes) -> str:
    """The signature by Standard Webhooks, version 1, of a body sent at `moment` (seconds since 1970). `secret` is in
    base64, `whsec_` before it. Raises ValueError for one that is not."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _SHORTEST_KEY:
        raise ValueError("the secret is no `whsec_` and base64 of 24 bytes or more: make one as docs/operating.md says")
    signed = b".".join((message_id.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


_Formed = tuple[str, dict[str, object]]


def _json(receiver: Receiver, message: Message) -> _Formed:
    moment = f"{message.at:%Y-%m-%dT%H:%M:%SZ}"
    return receiver.url, {"type": message.event, "timestamp": moment, "data": message.data}


def _slack(receiver: Receiver, message: Message) -> _Formed:
    text = f"{message.subject}\n\n{message.text}"[:_SLACK_CHARACTERS]
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):  # `<!channel>` would call a whole channel
        text = text.replace(sign, written)
    return receiver.url, {"text": text}


def _ntfy(receiver: Receiver, message: Message) -> _Formed:
    base, _, topic = receiver.url.rstrip("/").rpartition("/")
    cut = message.text.encode()
    text = message.text if len(cut) <= _NTFY_BYTES else cut[:_NTFY_BYTES].decode(errors="ignore") + "…"
    body: dict[str, object] = {"topic": topic, "title": message.subject, "message": text}
    return f"{base}/", body | ({"click": message.link} if message.link else {})


def _matrix(receiver: Receiver, message: Message) -> _Formed:
    text = f"{message.subject}\n\n{message.text}"
    return f"{receiver.url.rstrip('/')}/{message.id}", {
        "msgtype": "m.text",
        "body": text,
    }  # an `m.notice` rings nowhere


_FORMS: Mapping[Form, Callable[[Receiver, Message], _Formed]] = {
    "json": _json,
    "slack": _slack,
    "ntfy": _ntfy,
    "matrix": _matrix,
}
