"""A large store and a long time: what a batch costs when nothing is new, and that nothing grows. Where all is tried
(`tests/sampling.py`), the store has ten thousand items, and the time is three hundred batches."""

import gc
import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.fetch.addresses import item_id
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.dates import Span
from pipeline.records.items import Item, PageText, Response
from pipeline.records.threads import SourceAddress, Thread
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from tests import doubles
from tests.sampling import step

THREADS, ITEMS = 200 // step(8), 50 // step(3)
BATCHES, SETTLED = 300 // step(12), 10
SEEN = datetime(2026, 3, 1, tzinfo=UTC)


def fill(store, base, template, threads=THREADS, each=ITEMS):
    """A store of threads that have lived: every item fetched, read and extracted, a version each."""
    for t in range(threads):
        slug = f"thread-{t:03}"
        with store.writing() as connection:
            feed = SourceAddress(kind="feed", address=f"{base}/feed-{t}.xml")
            thread_store.add(connection, Thread(slug=slug, title=f"Thread {t}", created_at=SEEN, sources=(feed,)))
            for i in range(each):
                url = f"http://host{t % 60}.example/{t}/{i}"
                text = (
                    f"The office of part {t} counted {i} things.\nIts head said that {i + t} more were counted later."
                )
                item = Item(
                    id=item_id(url),
                    url=url,
                    via="feed",
                    title=f"Report {i} of {t}",
                    venue="V",
                    published="2026-02-01",
                    state="read",
                    extent="full text",
                    first_seen_at=SEEN,
                )
                got = Response(url=url, final_url=url, fetched_at=SEEN, media_type="text/html", body=text.encode())
                reading = PageText(text=text, title=item.title, extent="full text")
                item_store.save(connection, item, f"host{t % 60}.example")
                item_store.keep_fetch(connection, item.id, got)
                last = item_store.last_fetch_info(connection, item.id)
                read = item.model_copy(update={"read_from": last.digest})
                item_store.save(connection, read, f"host{t % 60}.example")
                item_store.add_to_thread(connection, slug, item.id)
                snapshot = snapshot_of(item.id, reading, split(reading.text, reading.language), SEEN)
                item_store.add_snapshot(connection, snapshot)
                words = snapshot.text_of(snapshot.sentences[0])
                claim = Claim(
                    id=f"{item.id}-1",
                    item=item.id,
                    snapshot=snapshot.id,
                    statement=words,
                    kind="fact",
                    speaker=None,
                    occurred=Span(start=None, end=None),
                    quotations=(Quotation(start=0, end=len(words), text=words),),
                )
                claim_store.add(
                    connection,
                    Extraction(
                        id=f"e-{item.id}",
                        snapshot=snapshot.id,
                        keys=(),
                        summary="It counts.",
                        genre="news report",
                        author=None,
                        topics=("counting", f"part {t}") if i == 0 else (f"part {t}",),
                        key_quotations=(),
                        heard_only_through_others=(),
                        works_described=(),
                        claims=(claim,),
                    ),
                )
            head = template.thread.model_copy(update={"slug": slug})
            inputs = tuple(f"e-{item.id}" for item in item_store.of_thread(connection, slug))
            made_by = template.made_by.model_copy(update={"inputs": inputs})
            version_store.add(connection, template.model_copy(update={"thread": head, "made_by": made_by}))


@pytest.fixture
def large(run, home, web, model):
    run("new", "first", "--title", "First", "--page", f"{web.base}/a", "--home", home)
    run("thread", "first", "--home", home)
    store = Store(home / "store.db")
    with store.reading() as connection:
        template = version_store.last(connection, "first")
    fill(store, web.base, template)
    store.close()
    for t in range(THREADS):
        web.pages[f"/feed-{t}.xml"] = doubles.feed(web.base)
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "[batch]\nevery_hours = 1e-10\n")
    return home


def test_many_threads_with_nothing_new_cost_seconds(run, large, model):
    first = run("batch", "--home", large, "--json")
    assert len(first.json["threads"]) == THREADS + 1
    since = len(model.asked)
    began, cpu = time.monotonic(), time.process_time()
    done = run("batch", "--home", large, "--json")
    spent = time.process_time() - cpu
    print(f"nothing new: {spent:.1f} s of CPU, {time.monotonic() - began:.1f} s")
    assert done.code == 0, done.err
    assert len(done.json["threads"]) == THREADS + 1
    assert all(thread["outcome"] == "nothing new" for thread in done.json["threads"])
    assert len(model.asked) == since
    assert spent < 0.1 * THREADS


def held(home: Path) -> dict[str, int]:
    """What a process and its home hold; a batch is a process of its own, so what only waits to be collected is no
    matter."""
    gc.collect()
    return {
        "memory": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize(),
        "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "log": sum(file.stat().st_size for file in home.glob("store.db-wal")),
        "files": sum(1 for _ in home.rglob("*")),
    }


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_many_batches_leave_nothing_behind(run, home, web, model):
    web.pages["/feed.xml"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("new", "silence", "--title", "S", "--feed", f"{web.base}/feed.xml", "--home", home)
    run("watch", "--feed", f"{web.base}/feed.xml", "--home", home)
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "[batch]\nevery_hours = 1e-10\n")
    seen = []
    for n in range(BATCHES):
        done = run("batch", "--home", home)
        assert done.code == 0, done.err
        if n in (SETTLED, BATCHES - 1):
            seen.append(held(home))
    early, late = seen
    print(f"after {SETTLED} batches {early}, after {BATCHES} {late}")
    assert late["handles"] <= early["handles"]
    assert late["files"] <= early["files"]
    assert late["log"] <= max(early["log"], 4_200_000)  # SQLite's own checkpoint of a thousand pages
    assert late["memory"] <= early["memory"] * 1.15
