"""Stand-ins for the outside: a model and a web on real loopback sockets, and a home to run in."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from pipeline import testing
from pipeline.records.endpoints import EndpointFacts
from pipeline.records.replies import Message, Request

NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
"""When tests take place."""


class FactsInMemory:
    """What is found out about endpoints, for one test."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], EndpointFacts] = {}

    def find(self, endpoint: str, model: str) -> EndpointFacts:
        return self._kept.get((endpoint, model), EndpointFacts())

    def keep(self, endpoint: str, model: str, facts: EndpointFacts) -> None:
        self._kept[endpoint, model] = facts


def request(text: str = "Which colour is the sea?") -> Request:
    """A question of no prompt in particular."""
    messages = (Message(role="system", content="You name a colour."), Message(role="user", content=text))
    return Request(model="double", messages=messages, prompt_name="colours", answer_schema={"type": "object"})


class HttpAnswer(NamedTuple):
    """What a server sends: for a page its bytes, for a model the whole HTTP answer where it is no completion."""

    status: int
    body: bytes
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def page(title: str, *paragraphs: str, head: str = "") -> HttpAnswer:
    """A plain article page."""
    return HttpAnswer(
        200, testing.article(title, *paragraphs, head=head).body, {"Content-Type": "text/html; charset=utf-8"}
    )


def feed(base: str, *entries: tuple[str, str]) -> HttpAnswer:
    """An RSS feed of (title, path) entries."""
    served = testing.feed(*((title, f"{base}{path}") for title, path in entries))
    return HttpAnswer(200, served.body, {"Content-Type": "application/rss+xml"})


class Web:
    """Pages on loopback, by path. `asked` counts requests."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.host = base.partition("://")[2]
        self.pages: dict[str, HttpAnswer] = {}
        self.asked: list[str] = []


class Model:
    """An OpenAI-compatible endpoint on loopback. `answer` decides what each request gets: an object (sent as the
    completion's JSON text), a text, or a Response. `asked` keeps the request bodies."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.answer: Callable[[dict[str, Any]], Any] = honest
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []


def honest(body: dict[str, Any]) -> Any:
    """A model that does what is asked, mechanically: one claim a sentence, one page of all claims."""
    return testing.MECHANICAL[form_name(body)](body["messages"][1]["content"])


def form_name(body: dict[str, Any]) -> str:
    """Which prompt a request asks, on whatever rung of the ladder."""
    if body.get("response_format", {}).get("type") == "json_schema":
        return str(body["response_format"]["json_schema"]["name"])
    system = body["messages"][0]["content"]
    openings = {
        "triage": "You look at",
        "discover": "You sort",
        "day": "You write what joins",
        "pursue": "You look for",
        "extract": "You read one",
        "posts": "You read posts",
        "page": "You write the page",
        "update": "You bring",
        "support": "You check",
        "check": "You are asked",
    }
    return next(name for name, opening in openings.items() if system.startswith(opening))


def tokens(body: dict[str, Any]) -> int:
    """What an answer to the request says that it cost."""
    return _characters(body) // 2 + testing.ANSWER_TOKENS


def _characters(body: dict[str, Any]) -> int:
    return sum(len(message["content"]) for message in body["messages"])


def completion(content: str | None, asked: int = 0, **message: Any) -> bytes:
    """A chat completion; `asked` is the number of characters the question had."""
    choice = {
        "index": 0,
        "finish_reason": message.pop("finish", "stop"),
        "message": {"role": "assistant", "content": content, **message},
    }
    usage = {
        "prompt_tokens": asked // 2,
        "completion_tokens": testing.ANSWER_TOKENS,
        "total_tokens": asked // 2 + testing.ANSWER_TOKENS,
    }
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "double",
        "choices": [choice],
        "usage": usage,
    }
    return json.dumps(body).encode()


@contextmanager
def serving(respond: Callable[[BaseHTTPRequestHandler, bytes], HttpAnswer]) -> Iterator[str]:
    """A loopback server; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._send(respond(self, b""))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) == length:  # else the asker was gone before it had asked
                self._send(respond(self, body))

        def do_PUT(self) -> None:
            self.do_POST()

        def do_HEAD(self) -> None:
            self._send(respond(self, b"")._replace(body=b""))

        def _send(self, response: HttpAnswer) -> None:
            self.send_response(response.status)
            for name, value in {"Content-Length": str(len(response.body)), **response.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *whose: Any) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # an asker that is gone is no fault of the server's
                super().handle_error(*whose)

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def web_server() -> Iterator[Web]:
    def respond(handler: BaseHTTPRequestHandler, _: bytes) -> HttpAnswer:
        if handler.path != "/robots.txt" or "/robots.txt" in web.pages:
            web.asked.append(handler.path)
        return web.pages.get(handler.path, HttpAnswer(404, b"gone", {"Content-Type": "text/html"}))

    with serving(respond) as base:
        web = Web(base)
        yield web


@contextmanager
def model_server() -> Iterator[Model]:
    def respond(handler: BaseHTTPRequestHandler, raw: bytes) -> HttpAnswer:
        headers = {"Content-Type": "application/json"}
        if handler.command == "GET":
            return HttpAnswer(200, b'{"object": "list", "data": [{"id": "double", "object": "model"}]}', headers)
        body = json.loads(raw)
        model.asked.append(body)
        model.headers.append({name.lower(): value for name, value in handler.headers.items()})
        answer = model.answer(body)
        if isinstance(answer, HttpAnswer):
            return answer
        return HttpAnswer(
            200, completion(answer if isinstance(answer, str) else json.dumps(answer), _characters(body)), headers
        )

    with serving(respond) as base:
        model = Model(f"{base}/v1")
        yield model
