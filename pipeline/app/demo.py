"""The demonstration: two threads about invented disputes, replayed from recordings; and how these are made.

`fixtures/demo/sources/<batch>/<host>/…` are the pages, served by host name on loopback while recording;
`fixtures/demo/recordings/<batch>/<thread>/` are the pages and answers that a run was given, and `…/<batch>/day/` the
answers for the page of its day.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline.app.hosts import hosts_of
from pipeline.app.machine import Machine
from pipeline.app.wiring import STORE, open_machine
from pipeline.errors import UsageError
from pipeline.fetch.source_list import SourceList
from pipeline.publish.write import remove
from pipeline.records.runs import Progress, ProgressEvent, RunReport
from pipeline.resources import resource
from pipeline.runs import recording
from pipeline.settings import FILE

_DAY = "day"  # folder in a batch's recordings with the exchanges for the page of its day
_MARK = "# The demo's own home: made anew by every `demo`.\n"


class _Thread(NamedTuple):
    """A thread of the demo: where it looks, and the pages that it is given in each batch that has any."""

    slug: str
    title: str
    feeds: tuple[str, ...]
    pages: Mapping[int, tuple[str, ...]]


_DAYS = {
    1: datetime(2026, 3, 26, 7, 0, tzinfo=UTC),
    2: datetime(2026, 6, 15, 7, 0, tzinfo=UTC),
    3: datetime(2026, 9, 10, 7, 0, tzinfo=UTC),
    4: datetime(2026, 10, 8, 7, 0, tzinfo=UTC),
}
"""The moment of each batch."""

_THREADS = (
    _Thread(
        "quiet-ten",
        "Do ten silent minutes raise maths scores?",
        ("http://sarnholtcourier.example/feed.xml", "http://degreesofdoubt.example/feed.xml"),
        {
            1: (
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
            2: (
                "http://fennmark.example/notes/logs-released/",
                "http://sarnholt-university.example/classroom-lab/records-released/",
                "http://littlewindow.example/kestrel-lane/",
                "http://sarnholtcourier.example/2026/03/05/quiet-ten-study/",
            ),
            3: (
                "http://commonroom.example/essays/what-i-expect-now/",
                "http://vessmouth-daily.example/2026/board-review/",
            ),
            4: (
                "http://sarnholt-schools.example/news/review-of-the-quiet-ten/",
                "http://sarnholt-university.example/classroom-lab/a-joint-trial/",
            ),
        },
    ),
    _Thread(
        "wendlemere-gate",
        "Should Wendlemere build a gate against the tide?",
        (),
        {
            1: (
                "http://wendlemere-borough.example/news/a-gate-at-the-narrows/",
                "http://quillonmarr.example/projects/wendlemere/summary/",
                "http://wendlemerepacket.example/2026/02/19/sailmakers-hall/",
                "http://dryfeet.example/why-we-want-the-gate/",
                "http://wendlemereharbour.example/notices/reply-on-the-gate/",
                "http://coastwiseletter.example/columns/the-number-on-the-gate/",
                "http://theslipway.example/t/wendlemere-gate-61-000-tonnes-or-84-000/2093",
                "http://codewharf.example/quillonmarr/narrows-closures/issues/7/",
                "http://wendlemere-borough.example/meetings/works-and-harbour/2026-03-19/",
            ),
            4: (
                "http://wendlemerepacket.example/2026/10/02/council-votes-for-gate/",
                "http://wendlemereharbour.example/notices/our-position-after-the-vote/",
            ),
        },
    ),
)


def play(home: Path, progress: Progress) -> tuple[Machine, list[RunReport]]:
    """Makes `home` again from nothing and replays the recorded runs in it, batch by batch. Later runs in this home
    replay the last batch, so they need no network and no key. Raises UsageError where `home` has other files than the
    demo's."""
    batches = [batch for batch in _DAYS if _recordings(batch).exists()]
    _make_home(home, f'replay = "{_recordings(batches[-1])}"\n\n[site]\ntitle = "The Information Machine (demo)"\n')
    machine = open_machine(home, progress)
    reports = []
    for batch in batches:
        recorded = [thread for thread in _THREADS if (_recordings(batch) / thread.slug).exists()]
        for thread in recorded:
            reports.append(machine.run(thread.slug, replay=_recordings(batch) / thread.slug, publish=False))
        day = _recordings(batch) / _DAY  # a day without news asks nothing
        machine.make_day_page(
            _DAYS[batch],
            replay=day if recording.has_exchanges(day) else day.parent / recorded[0].slug,
            publish=False,
        )
    machine.publish()
    progress(ProgressEvent("", "publish", "the site is up to date"))
    return machine, reports


def record(home: Path, progress: Progress) -> list[RunReport]:
    """Runs the demo on the live model of the environment, its sources on loopback, and records it. Answers already
    recorded are used again: after a change of a prompt, only its own questions are asked."""
    settings = (home / FILE).read_text(encoding="utf-8").removeprefix(_MARK) if (home / FILE).exists() else ""
    _make_home(home, settings)
    reports = []
    for batch, day in _DAYS.items():
        folders = [resource("fixtures") / "demo" / "sources" / str(n) for n in range(batch, 0, -1)]
        with hosts_of(folders) as (hosts, resolve):
            machine = open_machine(home, progress, resolve=resolve, also_allow=hosts, clock=partial(_moment, day))
            for thread in _THREADS:
                if batch not in thread.pages:
                    continue
                if batch == 1:
                    machine.editor.new(thread.slug, thread.title, SourceList(thread.pages[batch], thread.feeds))
                else:
                    machine.editor.follow(thread.slug, SourceList(thread.pages[batch]))
                folder = _recordings(batch) / thread.slug
                reports.append(machine.run(thread.slug, record=folder))
                (folder / recording.START).unlink(missing_ok=True)  # a batch is replayed on those before it
            machine.make_day_page(day, record=_recordings(batch) / _DAY)
    return reports


def _recordings(batch: int) -> Path:
    return resource("fixtures") / "demo" / "recordings" / str(batch)


def _moment(day: datetime) -> datetime:
    return day


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
