"""Read: bytes become snapshots, and items that repeat another are folded."""

from sqlalchemy import Connection

from pipeline.context import ThreadRun
from pipeline.errors import SourceError
from pipeline.fetch.addresses import item_id
from pipeline.fetch.feeds.identity import Identified
from pipeline.fetch.item import keep_item, save_item
from pipeline.read.copies import Originals, WorkText
from pipeline.read.item import read_item
from pipeline.records.items import Candidate, Item
from pipeline.records.posts import COMMENTS
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.text import digest_of, short_hash


def read(run: ThreadRun) -> None:
    """Turns the bytes that came last into snapshots, then finds which items repeat another."""
    with run.store.reading() as connection:
        items = item_store.of_thread(connection, run.thread.slug)
    for item in items:
        result = read_item(run.context, item, again=run.begins_at("read"))
        if isinstance(result, SourceError):
            run.log.problem(item.url, result.reason, result)
        else:
            run.counts["new_snapshots"] += result
            if run.settings.fetch.comments and not item.posts:
                run.counts["new_snapshots"] += _read_comments(run, item)
    with run.store.writing() as connection:
        folded = _fold_copies(run, connection)
    run.log.report("read", f"{run.counts['new_snapshots']} new texts, {folded} copies folded")


def _read_comments(run: ThreadRun, item: Item) -> bool:
    """Reads what stands below an article as an item of its own, from the same bytes; says whether there is something
    new in it."""
    with run.store.reading() as connection:
        if item_store.last_fetch_info(connection, item.id) is None:
            return False
        article = item_store.last_fetch(connection, item)
        last = item_store.last_fetch_info(connection, short_hash(COMMENTS, item.id))
    if last and last.digest == digest_of(article.body):
        return False
    url = f"{item.url}{COMMENTS}"
    comments = article.model_copy(update={"url": url, "final_url": f"{article.final_url}{COMMENTS}"})
    try:
        page, _ = run.context.reader.read(comments, f"{run.now:%Y-%m-%d}")
    except SourceError:
        return False  # there are none
    found = Candidate(url=url, via="link", title=page.title, venue=item.venue)
    with run.store.writing() as connection:
        below = keep_item(connection, Identified(found, short_hash(COMMENTS, item.id)), run.now)
        item_store.add_to_thread(connection, run.thread.slug, below.id)
        item_store.keep_fetch(connection, below.id, comments)
    return read_item(run.context, below) is True


def _fold_copies(run: ThreadRun, connection: Connection) -> int:
    """Marks items whose text repeats another's. The original is the one already numbered, else the one read furthest,
    else the oldest. What the operator keeps apart repeats nothing."""
    numbers = version_store.numbers(connection, run.thread.slug)
    items = item_store.of_thread(connection, run.thread.slug)
    originals = Originals()
    folded = 0
    for item in sorted(items, key=lambda i: (i.id not in numbers, i.extent == "abstract", i.published or "9999")):
        snapshot = item_store.last_snapshot(connection, item.id)
        if snapshot is None:
            continue
        text = WorkText(item.id, snapshot.text, _addresses(item), item.title, item.author)
        if item.apart:
            originals.remember([text])
        original = None if item.apart else originals.original_of(text)
        if original != item.copy_of:
            save_item(connection, item.model_copy(update={"copy_of": original}))
            folded += original is not None
    return folded


def _addresses(item: Item) -> frozenset[str]:
    """The ids of the addresses the item goes by: its own, and the one its page calls its own."""
    return frozenset({item.id, item_id(item.canonical)} if item.canonical else {item.id})
