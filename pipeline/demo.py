"""The demonstration: a thread about an invented dispute, replayed from its recording; and how it was recorded.

`fixtures/demo/sources/<batch>/<host>/…` are the pages, served by host name on loopback while recording;
`fixtures/demo/recordings/<batch>/` is what the run saw and was answered.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import recording
from pipeline.errors import UsageError
from pipeline.machine import Machine
from pipeline.places import Places
from pipeline.publish.write import remove
from pipeline.records.runs import Report
from pipeline.settings import FILE
from pipeline.shipped import shipped
from pipeline.wiring import STORE, machine

SLUG = "quiet-ten"
_TITLE = "Do ten silent minutes raise maths scores?"
_DAY = "day"  # beside a batch's recording: what was asked for the page of its day
_MARK = "# The demo's own home: made anew by every `demo`.\n"
_FEEDS = ("http://sarnholtcourier.example/feed.xml", "http://degreesofdoubt.example/feed.xml")


class _Batch(NamedTuple):
    """What a run of the demo sees for the first time, and the day the story has reached."""

    number: int
    day: datetime
    pages: tuple[str, ...]


_BATCHES = (
    _Batch(
        1,
        datetime(2026, 3, 26, 7, 0, tzinfo=UTC),
        (
            "http://openshelf.example/abs/2603.0117/",
            "http://sarnholt-schools.example/news/statement-quiet-ten/",
            "http://commonroom.example/essays/the-wrong-dose/",
            "http://chalkandsilence.example/ten-minutes-in-dunmere/",
            "http://edupulse.example/quiet-ten-explained/",
            "http://sarnholt-university.example/classroom-lab/reply-to-fennmark/",
            "http://northernquarterly.example/spring/never-about-maths/",
            "http://fennmark.example/notes/answers/",
            "http://methodscorner.example/t/4411/",
        ),
    ),
    _Batch(
        2,
        datetime(2026, 6, 15, 7, 0, tzinfo=UTC),
        (
            "http://fennmark.example/notes/logs-released/",
            "http://sarnholt-university.example/classroom-lab/records-released/",
            "http://littlewindow.example/kestrel-lane/",
            "http://sarnholtcourier.example/2026/03/05/quiet-ten-study/",
        ),
    ),
    _Batch(
        3,
        datetime(2026, 9, 10, 7, 0, tzinfo=UTC),
        (
            "http://commonroom.example/essays/what-i-expect-now/",
            "http://vessmouth-daily.example/2026/board-review/",
        ),
    ),
    _Batch(
        4,
        datetime(2026, 10, 8, 7, 0, tzinfo=UTC),
        (
            "http://sarnholt-schools.example/news/review-of-the-quiet-ten/",
            "http://sarnholt-university.example/classroom-lab/a-joint-trial/",
        ),
    ),
)


def play(home: Path, progress: Callable[[str], None]) -> tuple[Machine, list[Report]]:
    """Makes `home` anew and replays the recorded runs in it, one after the other. Later runs there replay the last,
    so nothing needs a network or a key. Raises UsageError where `home` is somebody's own."""
    recordings = [_recording(batch) for batch in _BATCHES if _recording(batch).exists()]
    _fresh(home, f'replay = "{recordings[-1]}"\n\n[site]\ntitle = "The Information Machine (demo)"\n')
    played = machine(home, progress)
    reports = []
    for folder in recordings:
        reports.append(played.run(SLUG, "fetch", record=None, replay=folder))
        asked = recording.has_exchanges(folder / _DAY)  # nothing is, of a day without news
        played.tell_day(reports[-1].started_at, replay=folder / _DAY if asked else folder)
    return played, reports


def record(home: Path, progress: Callable[[str], None]) -> list[Report]:
    """Runs the demo on the live model of the environment, with its sources on loopback, into its recordings.
    Answers already recorded are used again; a changed prompt costs its own questions and no others."""
    kept = (home / FILE).read_text(encoding="utf-8").removeprefix(_MARK) if (home / FILE).exists() else ""
    _fresh(home, kept)
    reports = []
    for batch in _BATCHES:
        folders = [shipped("fixtures") / "demo" / "sources" / str(n) for n in range(batch.number, 0, -1)]
        hosts = frozenset(f"{host.name}:80" for folder in folders for host in folder.iterdir())
        with _served(folders) as port:
            to_loopback = partial(_resolved_to, port)
            recorder = machine(home, progress, resolve=to_loopback, also_allow=hosts, clock=partial(_day, batch))
            if batch.number == 1:
                recorder.desk.new(SLUG, _TITLE, Places(batch.pages, _FEEDS))
            else:
                recorder.desk.follow(SLUG, Places(batch.pages))
            reports.append(recorder.run(SLUG, "fetch", record=_recording(batch), replay=None))
            recorder.tell_day(batch.day, record=_recording(batch) / _DAY)
    return reports


def _recording(batch: _Batch) -> Path:
    return shipped("fixtures") / "demo" / "recordings" / str(batch.number)


def _day(batch: _Batch) -> datetime:
    return batch.day


def _resolved_to(port: int, _host: str, _port: int) -> list[tuple[str, int]]:
    return [("127.0.0.1", port)]


def _fresh(home: Path, settings: str) -> None:
    file = home / FILE
    ours = file.exists() and file.read_text(encoding="utf-8").startswith(_MARK)
    if home.exists() and any(home.iterdir()) and not ours:
        raise UsageError(f"{home} holds something that is not the demo's: name an empty folder with --home")
    for leftover in home.glob(f"{STORE}*"):
        leftover.unlink()
    remove(home / "site")
    home.mkdir(parents=True, exist_ok=True)
    file.write_text(_MARK + settings, encoding="utf-8")


@contextmanager
def _served(folders: Sequence[Path]) -> Iterator[int]:
    """The pages below FOLDER/HOST served on a loopback port by the Host header, from the first folder that has them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_ByHost, folders))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _ByHost(SimpleHTTPRequestHandler):
    """Files of the folder that bears the requested host's name."""

    def __init__(self, folders: Sequence[Path], *request: Any) -> None:  # noqa: ANN401 - as the base class
        self._folders = folders
        super().__init__(*request)

    def translate_path(self, path: str) -> str:
        host = (self.headers.get("Host") or "").partition(":")[0]
        for folder in self._folders:
            self.directory = str(folder)
            found = super().translate_path(f"/{host}{path}")
            if Path(found).is_file() or (Path(found) / "index.html").is_file():
                break
        return found

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Last-Modified":  # a file's date says nothing of the day the story has reached
            super().send_header(keyword, value)

    def log_message(self, format: str, *args: object) -> None:
        pass
