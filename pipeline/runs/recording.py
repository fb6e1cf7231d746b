"""Records a whole run in a folder and replays it: pages, model answers, failures and the run's clock.

    run.json         when it ran, its thread, its model, and the addresses that could not be fetched
    exchanges.json   every request and its response, as vcrpy stores them
    start.db         what the thread had before, as a backup; missing where that was nothing

Only the headers of an allow-list are recorded, so no key and no cookie. The model's address is not part of a recording:
one made with any endpoint replays with any other. A request that is not in the recording fails at once.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from pipeline.errors import FetchFailed, RecordingError
from pipeline.net.redact import without_key
from pipeline.protocols import HttpGetter
from pipeline.records import Record
from pipeline.records.items import FetchRequest, Response
from pipeline.records.threads import Thread

_HEADERS_KEPT = frozenset({"content-type", "location", "etag", "last-modified", "retry-after"})
_OF_A_QUESTION = ("model", "messages", "response_format", "tools", "tool_choice", "max_completion_tokens", "max_tokens")
"""The fields of a request that make its question; others say how an endpoint is to answer."""
MODEL = "http://model.invalid/v1"
"""The endpoint's address in a recording, whatever it really was."""
START = "start.db"
"""The thread as it stood before the run, where it had been run before."""
_YEARS = 1970, 9000
"""Between which a run can be: what it reckons with is decades before and after."""
_RUN, _EXCHANGES = "run.json", "exchanges.json"


class RecordedFailure(Record):
    """An address that could not be fetched while recording."""

    url: str
    reason: str
    message: str


class RecordedRun(Record):
    """What a run depends on besides the exchanges. `others` are the models that answered other prompts than the main
    one, by their prompts."""

    started_at: datetime
    thread: Thread
    model: str
    others: dict[str, str] = Field(default={})
    failures: tuple[RecordedFailure, ...] = ()


class FailureRecorder:
    """Wraps the web while a run is recorded or replayed: collects, or repeats, the failures to fetch an address."""

    def __init__(self, web: HttpGetter, failures: tuple[RecordedFailure, ...] = ()) -> None:
        self._web = web
        self._recorded_failures = {failure.url: failure for failure in failures}
        self.failures: dict[str, RecordedFailure] = {}

    def get(self, request: FetchRequest) -> Response:
        """The response. Raises FetchFailed, also where the recorded run could not fetch the address."""
        url = request.url
        if url in self._recorded_failures:
            raise FetchFailed(self._recorded_failures[url].reason, self._recorded_failures[url].message)
        try:
            return self._web.get(request)
        except FetchFailed as error:
            self.failures[url] = RecordedFailure(url=url, reason=error.reason, message=str(error))
            raise


def load(folder: Path) -> RecordedRun:
    """The run recorded in `folder`. Raises RecordingError where there is none, or it is damaged."""
    try:
        run = RecordedRun.model_validate_json((folder / _RUN).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"{folder} holds no recording ({_RUN} is missing): record one with --record") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise RecordingError(f"{folder / _RUN} is damaged: record the run again") from error
    if run.started_at.tzinfo is None or not _YEARS[0] <= run.started_at.year <= _YEARS[1]:
        raise RecordingError(f"{folder / _RUN} is damaged (it ran at no time that can be): record the run again")
    return run


def has_exchanges(folder: Path) -> bool:
    """Whether `folder` has exchanges: a recorded run that requested nothing has none."""
    return (folder / _EXCHANGES).exists()


def save(folder: Path, run: RecordedRun) -> None:
    """Writes `run` into `folder`, which must exist."""
    text = json.dumps(run.model_dump(mode="json"), indent=1, ensure_ascii=False)
    (folder / _RUN).write_text(text + "\n", encoding="utf-8")
    for name in (_RUN, _EXCHANGES):
        if (folder / name).exists():
            (folder / name).chmod(0o600)


@contextmanager
def replay(folder: Path) -> Iterator[None]:
    """Within the context, every request is answered from `folder`, without a network. Raises RecordingError for a
    request that is not in it."""
    recorded, recorded_keys = _recorded(folder)

    def recorded_request(request: Any) -> Any:  # noqa: ANN401 - vcrpy has no types
        bare = _bare_request(request)
        if _key(bare) not in recorded_keys:
            raise RecordingError(f"the recording {folder} holds no answer to {bare.method} {bare.uri}: record again")
        return bare

    with _cassette(folder, "none", recorded_request, drop_unused=False, serializer=_Read(recorded)):
        yield


@contextmanager
def record(folder: Path, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Within the context, every exchange is recorded in `folder`; a request that is there already is answered from it.
    Exchanges not used again are dropped at the end, unless an error ends the run. `secrets` are removed from
    responses."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # it has what private pages say

    def hidden(text: str) -> str:
        for secret in secrets:
            text = without_key(text, secret)
        return text

    def hide_secrets(response: dict[str, Any]) -> dict[str, Any]:
        body = hidden(response["body"]["string"].decode("utf-8", "surrogateescape"))
        headers = {
            name: [hidden(str(value)) for value in values] if isinstance(values, list) else hidden(values)
            for name, values in response["headers"].items()
        }
        return {**response, "headers": headers, "body": {"string": body.encode("utf-8", "surrogateescape")}}

    with _cassette(folder, "new_episodes", _bare_request, drop_unused=True, hide=hide_secrets) as cassette:
        try:
            yield
        except BaseException:
            cassette.drop_unused_requests = False
            raise


def _cassette(
    folder: Path,
    mode: str,
    before_request: Any,  # noqa: ANN401 - the same
    *,
    drop_unused: bool,
    hide: Any = None,  # noqa: ANN401 - the same
    serializer: "type[_Exchanges] | _Read | None" = None,
) -> Any:  # noqa: ANN401 - the same
    import vcr

    recorder = vcr.VCR(
        record_mode=vcr.mode(mode),
        before_record_request=before_request,
        before_record_response=lambda response: _bare_response(hide(response) if hide else response),
        decode_compressed_response=True,
        drop_unused_requests=drop_unused,
    )
    recorder.register_matcher("same request", _same_request)
    recorder.register_serializer("exchanges", serializer or _Exchanges)
    return recorder.use_cassette(
        str(folder / _EXCHANGES),
        serializer="exchanges",
        match_on=["same request"],
        allow_playback_repeats=True,
    )


def _bare_request(request: Any) -> Any:  # noqa: ANN401 - vcrpy has no types
    from vcr.request import Request

    asks_model = request.method == "POST" and request.uri.partition("?")[0].endswith("/chat/completions")
    if not asks_model:
        return Request(request.method, request.uri, request.body, {})
    asked = json.loads(bytes(request.body) if not isinstance(request.body, str) else request.body)
    question = {name: value for name, value in asked.items() if name in _OF_A_QUESTION}
    return Request(request.method, f"{MODEL}/chat/completions", json.dumps(question, ensure_ascii=False).encode(), {})


def _bare_response(response: dict[str, Any]) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in response["headers"].items() if name.lower() in _HEADERS_KEPT}
    return {**response, "headers": headers}


def _same_request(one: Any, other: Any) -> None:  # noqa: ANN401 - vcrpy has no types
    if _key(one) != _key(other):
        raise AssertionError("another request")


def _key(request: Any) -> str:  # noqa: ANN401 - vcrpy has no types
    return _key_of(request.method, request.uri, request.body)


@lru_cache(maxsize=256)  # vcrpy compares each request with each of the recording, and twice
def _key_of(method: str, uri: str, body: bytes | None) -> str:
    return f"{method} {uri} {json.dumps(_readable(body), sort_keys=True)}"


def _recorded(folder: Path) -> tuple[dict[str, Any], frozenset[str]]:
    """The cassette in `folder`, and the keys of its requests. Raises RecordingError where there is none that can be
    played."""
    from vcr.request import Request

    try:
        cassette = _Exchanges.deserialize((folder / _EXCHANGES).read_text(encoding="utf-8"))
        for exchange in cassette["interactions"]:
            _Exchange.model_validate(exchange)
        keys = frozenset(_key(Request._from_dict(exchange["request"])) for exchange in cassette["interactions"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordingError(f"{folder / _EXCHANGES} is missing or damaged: record the run again") from error
    return cassette, keys


class _Status(BaseModel):
    code: int = Field(ge=100, le=599)
    message: str | None = None


class _RecordedRequest(BaseModel):
    method: str
    uri: str
    headers: dict[str, str | list[str]]


class _RecordedResponse(BaseModel):
    status: _Status
    headers: dict[str, str | list[str]]


class _Exchange(BaseModel):
    """What vcrpy and what is behind it take for granted of an exchange, but for the bodies."""

    request: _RecordedRequest
    response: _RecordedResponse


class _Exchanges:
    """vcrpy's serializer interface: sorted JSON that is easy to read and compare, bodies as JSON or lines of text."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """The text of a recording."""
        exchanges = [
            {
                "request": {**exchange["request"], "body": _readable(exchange["request"]["body"])},
                "response": {**exchange["response"], "body": _readable(exchange["response"]["body"]["string"])},
            }
            for exchange in cassette["interactions"]
        ]
        exchanges.sort(key=lambda exchange: json.dumps(exchange["request"], sort_keys=True))
        recording = {"version": cassette["version"], "interactions": exchanges}
        return json.dumps(recording, indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """The cassette of a recording's text."""
        cassette: dict[str, Any] = json.loads(text)
        for exchange in cassette["interactions"]:
            exchange["request"]["body"] = _bytes_of(exchange["request"]["body"])
            exchange["response"]["body"] = {"string": _bytes_of(exchange["response"]["body"]) or b""}
        return cassette


class _Read:
    """vcrpy's serializer interface for a recording that was read already, and is only played."""

    def __init__(self, cassette: dict[str, Any]) -> None:
        self._cassette = cassette

    def deserialize(self, _text: str) -> dict[str, Any]:
        """The cassette."""
        return self._cassette


def _readable(body: Any) -> Any:  # noqa: ANN401 - bytes, text, a stream or nothing
    """A body as JSON where it is JSON, else as lines of text, else as base64."""
    if not body:
        return None
    raw = body.encode() if isinstance(body, str) else bytes(body)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"lines": text.splitlines(keepends=True)}


def _bytes_of(body: dict[str, Any] | None) -> bytes | None:
    """The body that `_readable` was made from."""
    if body is None:
        return None
    if "json" in body:
        return json.dumps(body["json"], ensure_ascii=False).encode()
    if "lines" in body:
        return "".join(body["lines"]).encode()
    return base64.b64decode(body["base64"])
