"""Threads in other languages than English, or with sources in others: recorded with a language model's answers, replayed
by tests. `python -m tests.languages SLUG HOME` records one anew, from its sources on loopback and the endpoint of
`OPENAI_BASE_URL`; answers that HOME has from before are used again.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.app.hosts import hosts_of
from pipeline.app.machine import Machine
from pipeline.app.wiring import open_machine
from pipeline.fetch.source_list import SourceList
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "languages"
DAY = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


class Followed(NamedTuple):
    """A recorded thread: its title, the language chosen for it ("" leaves it to the title), the one its page must be
    in, and the folder of its sources."""

    title: str
    chosen: str
    language: str
    sources: str


THREADS = {
    "obergrenze": Followed("Der Streit um die Obergrenze in Hallbruck", "", "de", "obergrenze"),
    "obergrenze-en": Followed("Der Streit um die Obergrenze in Hallbruck", "en", "en", "obergrenze"),
    "pont-de-vaucelle": Followed("Faut-il fermer le pont de Vaucelle aux voitures ?", "", "fr", "pont-de-vaucelle"),
    "trasvase-alba": Followed("El trasvase del río Alba: cuánta agua y para quién", "", "es", "trasvase-alba"),
    "toshokan-saihen": Followed("図書館の再編をめぐる議論", "", "ja", "toshokan-saihen"),
    "rusum-al-miyah": Followed("الخلاف على رفع رسوم المياه", "", "ar", "rusum-al-miyah"),
}


def recording_of(slug: str) -> Path:
    return FIXTURES / "recordings" / slug


def addresses_of(slug: str) -> list[str]:
    folder = FIXTURES / "sources" / THREADS[slug].sources
    return [f"http://{file.relative_to(folder)}" for file in sorted(folder.rglob("*.html"))]


def replayed(slug: str, home: Path) -> Machine:
    """A machine that has run the recorded thread once."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "machine.toml").write_text("[search]\nproviders = []\n")
    machine = open_machine(home, lambda _: None)
    machine.run(slug, replay=recording_of(slug))
    return machine


def record(slug: str, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    with hosts_of([FIXTURES / "sources" / THREADS[slug].sources]) as (hosts, resolve):
        machine = open_machine(home, print, resolve=resolve, also_allow=hosts, clock=lambda: DAY)
        thread = THREADS[slug]
        if slug not in [line.thread.slug for line in machine.threads()]:
            machine.editor.new(slug, thread.title, SourceList(addresses_of(slug)), thread.chosen)
        print(machine.run(slug, record=recording_of(slug)))


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]))
