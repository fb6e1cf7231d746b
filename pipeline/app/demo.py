"""The demonstration: a thread about an invented dispute, replayed from recordings; and how these are made.

`fixtures/demo/sources/<batch>/<host>/…` are the pages, served by host name on loopback while recording;
`fixtures/demo/recordings/<batch>/` are the pages and answers that the run was given.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.app.machine import Machine
from pipeline.app.wiring import STORE, open_machine
from pipeline.errors import UsageError
from pipeline.fetch.source_list import SourceList
from pipeline.publish.write import remove
from pipeline.records.runs import Progress, RunReport
from pipeline.resources import resource
from pipeline.runs import recording
from pipeline.settings import FILE

SLUG = "quiet-ten"
_TITLE = "Do ten silent minutes raise maths scores?"
_DAY = "day"  # folder in a batch's recording with the exchanges for the page of its day
_MARK = "# The demo's own home: made anew by every `demo`.\n"
_FEEDS = ("http://sarnholtcourier.example/feed.xml", "http://degreesofdoubt.example/feed.xml")


class _Batch(NamedTuple):
    """The pages that a run of the demo sees for the first time, and the moment of the run."""

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


def play(home: Path, progress: Progress) -> tuple[Machine, list[RunReport]]:
    """Makes `home` again from nothing and replays the recorded runs in it, one after the other. Later runs in this home
    replay the last recording, so they need no network and no key. Raises UsageError where `home` has other files than
    the demo's."""
    recordings = [_recording(batch) for batch in _BATCHES if _recording(batch).exists()]
    _make_home(home, f'replay = "{recordings[-1]}"\n\n[site]\ntitle = "The Information Machine (demo)"\n')
    machine = open_machine(home, progress)
    reports = []
    for folder in recordings:
        reports.append(machine.run(SLUG, "fetch", record=None, replay=folder))
        asked = recording.has_exchanges(folder / _DAY)  # a day without news asks nothing
        machine.make_day_page(reports[-1].started_at, replay=folder / _DAY if asked else folder)
    return machine, reports


def record(home: Path, progress: Progress) -> list[RunReport]:
    """Runs the demo on the live model of the environment, its sources on loopback, and records it. Answers already
    recorded are used again: after a change of a prompt, only its own questions are asked."""
    settings = (home / FILE).read_text(encoding="utf-8").removeprefix(_MARK) if (home / FILE).exists() else ""
    _make_home(home, settings)
    reports = []
    for batch in _BATCHES:
        folders = [resource("fixtures") / "demo" / "sources" / str(n) for n in range(batch.number, 0, -1)]
        hosts = frozenset(f"{host.name}:80" for folder in folders for host in folder.iterdir())
        with _serve(folders) as port:
            to_loopback = partial(_resolve_to_loopback, port)
            machine = open_machine(home, progress, resolve=to_loopback, also_allow=hosts, clock=partial(_day_of, batch))
            if batch.number == 1:
                machine.editor.new(SLUG, _TITLE, SourceList(batch.pages, _FEEDS))
            else:
                machine.editor.follow(SLUG, SourceList(batch.pages))
            reports.append(machine.run(SLUG, "fetch", record=_recording(batch), replay=None))
            machine.make_day_page(batch.day, record=_recording(batch) / _DAY)
    return reports


def _recording(batch: _Batch) -> Path:
    return resource("fixtures") / "demo" / "recordings" / str(batch.number)


def _day_of(batch: _Batch) -> datetime:
    return batch.day


def _resolve_to_loopback(port: int, _host: str, _port: int) -> list[tuple[str, int]]:
    return [("127.0.0.1", port)]


def _make_home(home: Path, settings: str) -> None:
    """Empties the demo's home and writes its settings. Raises UsageError where it has other files."""
    file = home / FILE
    is_demo = file.exists() and file.read_text(encoding="utf-8").startswith(_MARK)
    if home.exists() and any(home.iterdir()) and not is_demo:
        raise UsageError(f"{home} holds something that is not the demo's: name an empty folder with --home")
    for leftover in home.glob(f"{STORE}*"):
        leftover.unlink()
    remove(home / "site")
    home.mkdir(parents=True, exist_ok=True)
    file.write_text(_MARK + settings, encoding="utf-8")


@contextmanager
def _serve(folders: Sequence[Path]) -> Iterator[int]:
    """Serves the pages below FOLDER/HOST on a loopback port by the Host header, from the first folder that has them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_HostHandler, folders))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _HostHandler(SimpleHTTPRequestHandler):
    """Serves the files of the folder that has the requested host's name."""

    def __init__(self, folders: Sequence[Path], *request: Any) -> None:  # noqa: ANN401 - as the base class
        self._folders = folders
        super().__init__(*request)

    def translate_path(self, path: str) -> str:
        """The file for `path`, from the first folder that has it."""
        host = (self.headers.get("Host") or "").partition(":")[0]
        for folder in self._folders:
            self.directory = str(folder)
            file = super().translate_path(f"/{host}{path}")
            if Path(file).is_file() or (Path(file) / "index.html").is_file():
                break
        return file

    def send_header(self, keyword: str, value: str) -> None:
        """Sends all headers but Last-Modified: a file's date has nothing to do with the date in the story."""
        if keyword != "Last-Modified":
            super().send_header(keyword, value)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""
