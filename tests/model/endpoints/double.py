"""One endpoint on loopback, of whichever maker a test names."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.doubles import HttpAnswer, honest, serving
from tests.model.endpoints.dialect import Dialect, Said, http

KEY = "key-of-the-test"
"""The key that every double asks for."""

Case = Callable[["Question"], HttpAnswer | Said | None]
"""What a double does with a question; None where it answers as it should."""


class Question:
    """A request for a completion: its `body`, the `number` of the request (from 1), and the `answer` that an honest
    model gives."""

    def __init__(self, body: dict[str, Any], number: int) -> None:
        self.body, self.number = body, number

    @property
    def way(self) -> str:
        """How it asks for JSON."""
        if "tools" in self.body:
            return "tools"
        return str((self.body.get("response_format") or {}).get("type", "text"))

    @property
    def text(self) -> str:
        """All that it says, corrections of earlier answers with it."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def tokens(self) -> int:
        """What the double counts that it has: a little less than others do."""
        return len(self.text) // 4

    @property
    def answer(self) -> str:
        return json.dumps(honest(self.body))


class Endpoint:
    """The endpoint: `asked` are the requests for completions that came, `answered` the questions that were given a
    completion, which is what costs money."""

    def __init__(self, dialect: Dialect, case: Case, root: str) -> None:
        self.dialect, self._case = dialect, case
        self.base_url = f"{root}{dialect.path}"
        self.asked: list[Question] = []
        self.answered: list[str] = []

    def respond(self, handler: BaseHTTPRequestHandler, raw: bytes) -> HttpAnswer:
        """The answer to any request."""
        dialect, address = self.dialect, urlsplit(handler.path)
        if handler.command == "GET" and address.path == f"{dialect.path}/models":
            return http(200, {"object": "list", "data": [{"id": "double", "object": "model"}]})
        question = Question(json.loads(raw or b"{}"), len(self.asked) + 1)
        self.asked.append(question)
        if address.path != f"{dialect.path}/chat/completions" or dialect.query not in address.query:
            return dialect.wrong_path
        if dialect.key_header and handler.headers.get(dialect.key_header, "").removeprefix("Bearer ") != KEY:
            return dialect.bad_key
        for name in question.body:
            if name in dialect.refuses:
                return dialect.refuses[name]
        answer = self._case(question)
        if isinstance(answer, HttpAnswer):
            return answer
        self.answered.append(question.text)
        return dialect.completion(answer or Said(question.answer), question.body, question.tokens)


class Host:
    """A server whose endpoint is changed from test to test."""

    def __init__(self) -> None:
        self.root = ""
        self.endpoint: Endpoint | None = None

    def begin(self, dialect: Dialect, case: Case) -> Endpoint:
        """The endpoint that is served from now on."""
        self.endpoint = Endpoint(dialect, case, self.root)
        return self.endpoint


@contextmanager
def host() -> Iterator[Host]:
    """A server on loopback."""
    made = Host()

    def respond(handler: BaseHTTPRequestHandler, raw: bytes) -> HttpAnswer:
        assert made.endpoint, "a test begins an endpoint before it asks"
        return made.endpoint.respond(handler, raw)

    with serving(respond) as made.root:
        yield made
