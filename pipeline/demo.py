"""The demonstration: a thread about an invented dispute, replayed from its recording; and how it was recorded.

`fixtures/demo/sources/<batch>/<host>/…` are the pages, served by host name on loopback while recording;
`fixtures/demo/recordings/<batch>/` is what the run saw and was answered.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.machine import Machine
from pipeline.records.runs import Report
from pipeline.settings import FILE
from pipeline.shipped import shipped
from pipeline.wiring import STORE, machine

SLUG = "quiet-ten"
_TITLE = "Do ten silent minutes raise maths scores?"
_MARK = "# The demo's own home: made anew by every `demo`.\n"
_PAGES = (
    "http://openshelf.example/abs/2603.0117/",
    "http://sarnholt-schools.example/news/statement-quiet-ten/",
    "http://commonroom.example/essays/the-wrong-dose/",
    "http://chalkandsilence.example/ten-minutes-in-dunmere/",
    "http://edupulse.example/quiet-ten-explained/",
    "http://sarnholt-university.example/classroom-lab/reply-to-fennmark/",
    "http://northernquarterly.example/spring/never-about-maths/",
    "http://fennmark.example/notes/answers/",
    "http://methodscorner.example/t/4411/",
)
_FEEDS = ("http://sarnholtcourier.example/feed.xml", "http://degreesofdoubt.example/feed.xml")


def play(home: Path, progress: Callable[[str], None]) -> tuple[Machine, Report]:
    """Makes `home` anew and replays the recorded run in it. Later runs there replay too, so nothing needs a
    network or a key. Raises UsageError where `home` is somebody's own."""
    recorded = shipped("fixtures") / "demo" / "recordings" / "1"
    _fresh(home, f'replay = "{recorded}"\n\n[site]\ntitle = "The Information Machine (demo)"\n')
    played = machine(home, progress)
    return played, played.run(SLUG, "fetch", record=None, replay=None)


def record(home: Path, progress: Callable[[str], None]) -> Report:
    """Runs the demo on the live model of the environment, with its sources on loopback, into its recording.
    Answers already recorded are used again; a changed prompt costs its own questions and no others."""
    demo = shipped("fixtures") / "demo"
    kept = (home / FILE).read_text(encoding="utf-8").removeprefix(_MARK) if (home / FILE).exists() else ""
    _fresh(home, kept)
    with _served(demo / "sources" / "1") as port:
        hosts = frozenset(f"{folder.name}:80" for folder in (demo / "sources" / "1").iterdir())
        recorder = machine(home, progress, resolve=lambda _host, _port: [("127.0.0.1", port)], also_allow=hosts)
        recorder.new(SLUG, _TITLE, _PAGES, _FEEDS)
        return recorder.run(SLUG, "fetch", record=demo / "recordings" / "1", replay=None)


def _fresh(home: Path, settings: str) -> None:
    file = home / FILE
    ours = file.exists() and file.read_text(encoding="utf-8").startswith(_MARK)
    if home.exists() and any(home.iterdir()) and not ours:
        raise UsageError(f"{home} holds something that is not the demo's: name an empty folder with --home")
    for leftover in home.glob(f"{STORE}*"):
        leftover.unlink()
    shutil.rmtree(home / "site", ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    file.write_text(_MARK + settings, encoding="utf-8")


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """The pages below `folder`/HOST served on a loopback port, by the Host header."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_ByHost, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _ByHost(SimpleHTTPRequestHandler):
    """Files of the folder that bears the requested host's name."""

    def translate_path(self, path: str) -> str:
        host = (self.headers.get("Host") or "").partition(":")[0]
        return super().translate_path(f"/{host}{path}")

    def log_message(self, format: str, *args: object) -> None:
        pass
