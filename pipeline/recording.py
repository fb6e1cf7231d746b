"""A whole run kept in a folder and played again: pages, model answers, failures and the run's clock.

    run.json         when it ran, which thread, which model, and the addresses that could not be fetched
    exchanges.json   every request and its answer, as vcrpy keeps them

Only an allow-list of headers is kept, so no key or cookie can be. The model's address is not part of a recording:
one made behind any endpoint replays behind any other. A request that the recording lacks fails at once.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import FetchFailed, RecordingError
from pipeline.keys import without_key
from pipeline.promises import Gets
from pipeline.records import Record
from pipeline.records.items import Fetched, Known
from pipeline.records.threads import Thread

_HEADERS_KEPT = frozenset({"content-type", "location", "etag", "last-modified", "retry-after"})
MODEL = "http://model.invalid/v1"
"""What stands in a recording for the endpoint's address."""
_RUN, _EXCHANGES = "run.json", "exchanges.json"


class Failure(Record):
    """An address that could not be fetched while recording."""

    url: str
    reason: str
    message: str


class RecordedRun(Record):
    """What decided the run besides the exchanges."""

    started_at: datetime
    thread: Thread
    model: str
    failures: tuple[Failure, ...] = ()


class Witness:
    """Stands before the web while a run is recorded or replayed: remembers, or repeats, what could not be got."""

    def __init__(self, web: Gets, failures: tuple[Failure, ...] = ()) -> None:
        self._web = web
        self._replayed = {failure.url: failure for failure in failures}
        self.seen: dict[str, Failure] = {}

    def get(self, url: str, known: Known | None = None, **how: Any) -> Fetched:  # noqa: ANN401 - passed on as it is
        if url in self._replayed:
            raise FetchFailed(self._replayed[url].reason, self._replayed[url].message)
        try:
            return self._web.get(url, known, **how)
        except FetchFailed as error:
            self.seen[url] = Failure(url=url, reason=error.reason, message=str(error))
            raise


def load(folder: Path) -> RecordedRun:
    """The run kept in `folder`. Raises RecordingError where there is none, or it is damaged."""
    try:
        return RecordedRun.model_validate_json((folder / _RUN).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"{folder} holds no recording ({_RUN} is missing): record one with --record") from error
    except ValidationError as error:
        raise RecordingError(f"{folder / _RUN} is damaged: record the run again") from error


def has_exchanges(folder: Path) -> bool:
    """Whether anything was asked while `folder` was recorded."""
    return (folder / _EXCHANGES).exists()


def save(folder: Path, run: RecordedRun) -> None:
    text = json.dumps(run.model_dump(mode="json"), indent=1, ensure_ascii=False)
    (folder / _RUN).write_text(text + "\n", encoding="utf-8")


@contextmanager
def playing(folder: Path) -> Iterator[None]:
    """While open, every request is answered from `folder`; no network is touched. Raises RecordingError for a
    request that is not in it."""
    known = _keys(folder)

    def known_only(request: Any) -> Any:  # noqa: ANN401 - vcrpy has no types
        bare = _bare_request(request)
        if _key(bare) not in known:
            raise RecordingError(f"the recording {folder} holds no answer to {bare.method} {bare.uri}: record again")
        return bare

    with _cassette(folder, "none", known_only, drop_unused=False):
        yield


@contextmanager
def recording(folder: Path, key: str | None = None) -> Iterator[None]:
    """While open, every request is kept in `folder`; one that is already there is answered from it. What was not
    asked for again is dropped at the end, unless the run broke off. A server that repeats `key` is kept without it."""
    folder.mkdir(parents=True, exist_ok=True)

    def bare(response: dict[str, Any]) -> dict[str, Any]:
        body = response["body"]["string"]
        said = body.decode("utf-8", "surrogateescape")
        return {**response, "body": {"string": without_key(said, key).encode("utf-8", "surrogateescape")}}

    with _cassette(folder, "new_episodes", _bare_request, drop_unused=True, hide=bare) as cassette:
        try:
            yield
        except BaseException:
            cassette.drop_unused_requests = False
            raise


def _cassette(folder: Path, mode: str, before_request: Any, *, drop_unused: bool, hide: Any = None) -> Any:  # noqa: ANN401 - vcrpy has no types
    import vcr

    player = vcr.VCR(
        record_mode=vcr.mode(mode),
        before_record_request=before_request,
        before_record_response=lambda response: _bare_response(hide(response) if hide else response),
        decode_compressed_response=True,
        drop_unused_requests=drop_unused,
    )
    player.register_matcher("same request", _same_request)
    player.register_serializer("exchanges", _Exchanges)
    return player.use_cassette(
        str(folder / _EXCHANGES),
        serializer="exchanges",
        match_on=["same request"],
        allow_playback_repeats=True,
    )


def _bare_request(request: Any) -> Any:  # noqa: ANN401 - vcrpy has no types
    from vcr.request import Request

    asks_model = request.method == "POST" and request.uri.endswith("/chat/completions")
    return Request(request.method, f"{MODEL}/chat/completions" if asks_model else request.uri, request.body, {})


def _bare_response(response: dict[str, Any]) -> dict[str, Any]:
    kept = {name.lower(): value for name, value in response["headers"].items() if name.lower() in _HEADERS_KEPT}
    return {**response, "headers": kept}


def _same_request(one: Any, other: Any) -> None:  # noqa: ANN401 - vcrpy has no types
    if _key(one) != _key(other):
        raise AssertionError("another request")


def _key(request: Any) -> str:  # noqa: ANN401 - vcrpy has no types
    return f"{request.method} {request.uri} {json.dumps(_readable(request.body), sort_keys=True)}"


def _keys(folder: Path) -> frozenset[str]:
    from vcr.request import Request

    try:
        kept = _Exchanges.deserialize((folder / _EXCHANGES).read_text(encoding="utf-8"))["interactions"]
        return frozenset(_key(Request._from_dict(each["request"])) for each in kept)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{folder / _EXCHANGES} is missing or damaged: record the run again") from error


class _Exchanges:
    """vcrpy's serializer promise: JSON one can read and compare, sorted, bodies as JSON or as lines of text."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        kept = [
            {
                "request": {**each["request"], "body": _readable(each["request"]["body"])},
                "response": {**each["response"], "body": _readable(each["response"]["body"]["string"])},
            }
            for each in cassette["interactions"]
        ]
        kept.sort(key=lambda each: json.dumps(each["request"], sort_keys=True))
        return json.dumps({"version": cassette["version"], "interactions": kept}, indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        cassette: dict[str, Any] = json.loads(text)
        for each in cassette["interactions"]:
            each["request"]["body"] = _plain(each["request"]["body"])
            each["response"]["body"] = {"string": _plain(each["response"]["body"])}
        return cassette


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


def _plain(body: dict[str, Any] | None) -> bytes | None:
    if body is None:
        return None
    if "json" in body:
        return json.dumps(body["json"], ensure_ascii=False).encode()
    if "lines" in body:
        return "".join(body["lines"]).encode()
    return base64.b64decode(body["base64"])
