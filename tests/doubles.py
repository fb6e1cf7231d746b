"""Stand-ins for the outside: a model and a web on real loopback sockets, and a home to run in."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from pipeline.records.endpoints import EndpointFacts

SENTENCE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
CLAIM = re.compile(r"^\[(c\d+)\] \(([a-z]+).*?\) (.*)$", re.MULTILINE)
_WRITTEN = 10  # tokens an answer says that it has


class FactsInMemory:
    """What is found out about endpoints, for one test."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], EndpointFacts] = {}

    def find(self, endpoint: str, model: str) -> EndpointFacts:
        return self._kept.get((endpoint, model), EndpointFacts())

    def keep(self, endpoint: str, model: str, facts: EndpointFacts) -> None:
        self._kept[endpoint, model] = facts


class HttpAnswer(NamedTuple):
    """What a server sends: for a page its bytes, for a model the whole HTTP answer where it is no completion."""

    status: int
    body: bytes
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def page(title: str, *paragraphs: str, head: str = "") -> HttpAnswer:
    """A plain article page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
    html += f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    return HttpAnswer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def feed(base: str, *entries: tuple[str, str]) -> HttpAnswer:
    """An RSS feed of (title, path) entries."""
    items = "".join(
        f"<item><title>{title}</title><link>{base}{path}</link><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>"
        for title, path in entries
    )
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>A feed</title>{items}</channel></rss>"
    return HttpAnswer(200, text.encode(), {"Content-Type": "application/rss+xml"})


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
    material = body["messages"][1]["content"]
    answers = {
        "triage": triage_answer,
        "discover": lambda _: {"threads": [], "discussions": []},
        "day": day_answer,
        "pursue": lambda _: {"searches": []},
        "extract": extraction_answer,
        "page": page_answer,
        "update": update_answer,
        "support": support_answer,
        "check": check_answer,
    }
    return answers[form_name(body)](material)


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
        "page": "You write the page",
        "update": "You bring",
        "support": "You check",
        "check": "You are asked",
    }
    return next(name for name, opening in openings.items() if system.startswith(opening))


def keep(sentence: str) -> dict[str, Any]:
    """A slot that keeps a sentence."""
    return {"keep": sentence, "text": None, "cites": [], "reading": False}


def slot(claim: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    """A slot with a new sentence: the claim's own statement."""
    return {"keep": None, **said(claim), **changes}


def update_answer(material: str) -> dict[str, Any]:
    """Every paragraph kept, and the new claims put behind the last: what is new is what they say."""
    standing, _, news = material.partition("# New claims")
    claims = CLAIM.findall(news)
    paragraphs = []
    narrative = standing.partition("## Narrative")[2].partition("## Timeline")[0]
    for line in narrative.splitlines():
        part, sentence = re.match(r"(p[\d-]+) (.*)", line), re.match(r" +(s[\d-]+): ", line)
        if part:
            paragraphs.append({"id": part[1], "theme": part[2], "sentences": []})
        elif sentence:
            paragraphs[-1]["sentences"].append(keep(sentence[1]))
    paragraphs[-1]["sentences"] += [slot(claim) for claim in claims]
    return {
        "title": None,
        "whats_new": [said(claim) for claim in claims[:5]],
        "narrative": paragraphs,
        "timeline": [],
        "timeline_retire": [],
        "voices": [],
        "also_heard": [],
        "retire": [],
        "tensions": [],
        "missing_voices": ["The pupils"],
    }


def support_answer(material: str) -> dict[str, Any]:
    """Every sentence supported."""
    numbers = re.findall(r"^(\d+)\. \(", material.partition("# Sentences")[2], re.MULTILINE)
    return {"verdicts": [verdict(int(number)) for number in numbers]}


def verdict(number: int, word: str = "supported", reason: str = "", better: str | None = None) -> dict[str, Any]:
    return {"sentence": number, "verdict": word, "reason": reason, "better": better}


def check_answer(material: str) -> dict[str, Any]:
    first, last = re.findall(r"the (?:first|last) word is (\w+)", material)
    return {"first": first, "last": last}


def day_answer(material: str) -> dict[str, Any]:
    """The first sentence leads; every development matters for the reason it states first."""
    developments = re.findall(r"^## \[(d\d+)\].*\n+\[(s\d+)\] (.*)$", material, re.MULTILINE)
    return {
        "lead": {"text": developments[0][2], "sentences": [developments[0][1]]},
        "order": [name for name, _, _ in developments],
        "why": [{"development": name, "text": text, "sentences": [said]} for name, said, text in developments],
        "disagreements": [],
    }


def triage_answer(_material: str) -> dict[str, Any]:
    """Everything may matter."""
    return {"set_aside": []}


def extraction_answer(material: str) -> dict[str, Any]:
    """One article's claims, or a list of several articles' where several are shown."""
    articles = re.split(r"^Venue: ", material, flags=re.MULTILINE)[1:]
    if len(articles) == 1:
        return extraction(material)
    return {"articles": [extraction(article) for article in articles]}


def extraction(material: str) -> dict[str, Any]:
    claims = [
        {
            "statement": words,
            "kind": "fact",
            "speaker": None,
            "occurred": {"start": "2016", "end": None},
            "sentences": [int(number)],
        }
        for number, words in SENTENCE.findall(material)
    ]
    return {
        "summary": "An article says several things.",
        "form": "news report",
        "author": None,
        "topics": ["Quiet Ten", "schools"],
        "claims": claims,
        "key_quotations": [claims[0]["sentences"][0]] if claims else [],
        "heard_only_through_others": [],
        "works_described": [],
    }


def said(claim: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    return {"text": claim[2], "cites": [claim[0]], "reading": False, **changes}


def page_answer(material: str) -> dict[str, Any]:
    claims = CLAIM.findall(material)
    first = claims[0]
    venue = re.findall(r"^## (.*?) / ", material, re.MULTILINE)[0]
    return {
        "title": "A discussion of silence",
        "narrative": [{"theme": "what happened", "sentences": [said(claim) for claim in claims]}],
        "timeline": [{"date": "2016", "sentence": said(first)}],
        "perspectives": [{"voice": venue, "venue": "A venue", "position": [said(first)]}],
        "also_heard": [],
        "tensions": [
            {
                "question": said(first),
                "sides": [{"voice": venue, "sentences": [said(first)]}],
                "missing": said(first, text="Nobody has measured it.", reading=True),
            }
        ],
        "missing_voices": ["The pupils"],
    }


def tokens(body: dict[str, Any]) -> int:
    """What an answer to the request says that it cost."""
    return _characters(body) // 2 + _WRITTEN


def _characters(body: dict[str, Any]) -> int:
    return sum(len(message["content"]) for message in body["messages"])


def completion(content: str | None, asked: int = 0, **message: Any) -> bytes:
    """A chat completion; `asked` is the number of characters the question had."""
    choice = {
        "index": 0,
        "finish_reason": message.pop("finish", "stop"),
        "message": {"role": "assistant", "content": content, **message},
    }
    usage = {"prompt_tokens": asked // 2, "completion_tokens": _WRITTEN, "total_tokens": asked // 2 + _WRITTEN}
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
