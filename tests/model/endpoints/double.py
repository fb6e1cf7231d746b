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
    def longest(self) -> int:
        """How many tokens its answer may have; 0 where that is left open."""
        return int(self.body.get("max_completion_tokens") or self.body.get("max_tokens") or 0)

    @property
    def text(self) -> str:
        """All that it says, corrections of earlier answers with it."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def material(self) -> str:
        """What it asks about: the same in whatever way it is asked."""
        return "\n".join(str(message["content"]) for message in self.body["messages"][1:])

    @property
    def tokens(self) -> int:
        """What the double counts that it has: a little less than others do."""
        return len(self.text) // 4

    @property
    def answer(self) -> str:
        return json.dumps(honest(self.body))


class Endpoint:
    """The endpoint: `asked` are the requests for completions that came, `answered` the questions that were given a
    completion, and `paid` what these cost in tokens: those of all questions, those of all answers."""

    def __init__(self, dialect: Dialect, case: Case, root: str) -> None:
        self.dialect, self._case = dialect, case
        self.root, self.base_url = root, f"{root}{dialect.path}"
        self.asked: list[Question] = []
        self.answered: list[Question] = []
        self.paid = (0, 0)

    def respond(self, handler: BaseHTTPRequestHandler, raw: bytes) -> HttpAnswer:
        """The answer to any request."""
        dialect, address = self.dialect, urlsplit(handler.path)
        has_key = not dialect.key_header or handler.headers.get(dialect.key_header, "").removeprefix("Bearer ") == KEY
        if handler.command == "GET":
            if address.path != f"{dialect.path}/models" or dialect.listed is None:
                return dialect.wrong_path
            if not has_key:
                return dialect.bad_key
            return http(200, {"object": "list", "data": [{"object": "model", **dialect.listed}]})
        question = Question(json.loads(raw or b"{}"), len(self.asked) + 1)
        self.asked.append(question)
        paths = {f"{path}/chat/completions" for path in (dialect.path, dialect.alias) if path is not None}
        if address.path not in paths or dialect.query not in address.query:
            return dialect.wrong_path
        if not has_key:
            return dialect.bad_key
        for name in question.body:
            if name in dialect.refuses:
                return dialect.refuses[name]
        answer = self._case(question)
        if isinstance(answer, HttpAnswer):
            return answer
        said = answer or Said(question.answer)
        if said.paid:
            self.answered.append(question)
            self.paid = (self.paid[0] + question.tokens, self.paid[1] + said.tokens + dialect.thoughts)
        return dialect.completion(said, question.body, question.tokens)


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
