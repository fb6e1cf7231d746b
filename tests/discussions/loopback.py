"""Sites by their real names, served over HTTP on loopback: what is asked of a host goes to this machine instead."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pipeline.fetch.http import Fetcher
from pipeline.records.items import FetchRequest, Response
from tests.discussions.talk import HttpReply, HttpRequest, Serve
from tests.doubles import NOW


class Hosts:
    """Who answers for which host, and what was asked; a host that nobody answers for is not found."""

    def __init__(self) -> None:
        self.serving: dict[str, Serve] = {}
        self.asked: list[HttpRequest] = []

    def answer(self, request: HttpRequest) -> HttpReply:
        self.asked.append(request)
        serve = self.serving.get(request.host)
        return serve(request) if serve else HttpReply(b"nobody is here", 404, "text/plain")


class LoopbackWeb:
    """The guarded client, led to loopback: `https://host/path` is asked for as `http://127.0.0.1:port/host/path`."""

    def __init__(self, port: int, max_bytes: int = 15_000_000) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._fetcher = Fetcher(
            now=lambda: NOW,
            user_agent="test",
            deadline_s=30,
            max_bytes=max_bytes,
            allow_hosts=frozenset({f"127.0.0.1:{port}"}),
        )

    def get(self, request: FetchRequest) -> Response:
        """The response, under the address that was asked for. Raises FetchFailed."""
        parts = urlsplit(request.url)
        there = f"{self._base}/{parts.netloc}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        response = self._fetcher.get(request._replace(url=there))
        return response.model_copy(update={"url": request.url, "final_url": request.url})


@contextmanager
def on_loopback() -> Iterator[tuple[Hosts, LoopbackWeb]]:
    """Hosts, and the web in which they are found."""
    hosts = Hosts()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            host, _, path = parts.path.lstrip("/").partition("/")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            sent = hosts.answer(HttpRequest(self.command, host, f"/{path}", query, headers, body, parts.query))
            self.send_response(sent.status)
            for name, value in {"Content-Type": sent.media_type, **sent.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent.body)))
            self.end_headers()
            self.wfile.write(sent.body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hosts, LoopbackWeb(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
