"""Extract: each text without claims is asked about once, and its claims stored."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.errors import BadAnswer
from pipeline.extract import ArticleAnswer, extraction_of, question
from pipeline.fetch.addresses import host_of
from pipeline.model.door import Answer
from pipeline.read import furniture
from pipeline.records.items import Item, Snapshot
from pipeline.stages.run import Run, parallel
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store


class _Work(NamedTuple):
    """A text to be extracted, and the numbers of its own sentences."""

    item: Item
    snapshot: Snapshot
    numbers: tuple[int, ...]


class Claim:
    """The stage extract of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def extract(self) -> None:
        """Asks about each text that has no extraction yet; each answer is stored as it comes."""
        waiting = self._unextracted()
        if not waiting:
            return
        asked = parallel(self._run.tools.parallel_questions, self._ask_article, waiting)
        for work, answer in asked:
            if isinstance(answer, BadAnswer):
                self._run.trouble(work.item.url, "no usable answer", answer)
                continue
            extraction = extraction_of(answer.value, answer.key, work.item, work.snapshot, work.numbers)
            with self._run.store.writing() as connection:
                claim_store.add(connection, extraction)
                if work.item.author is None and extraction.author:
                    signed = work.item.model_copy(update={"author": extraction.author})
                    item_store.save(connection, signed, host_of(work.item.url))
            self._run.counts["extracted"] += 1
            self._run.counts["new_claims"] += len(extraction.claims)
            self._run.counts["claims_dropped"] += extraction.dropped
            self._run.say(f"extract     {len(extraction.claims):3} claims  {work.item.venue}: {work.item.title}")

    def _unextracted(self) -> list[_Work]:
        waiting = []
        with self._run.store.reading() as connection:
            for item in item_store.of_thread(connection, self._run.thread.slug):
                snapshot = item_store.last_snapshot(connection, item.id)
                if snapshot is None or item.copy_of:
                    continue
                if claim_store.last_of(connection, snapshot.id) and not self._run.redoes("extract"):
                    continue
                shared = furniture.shared_sentences(_of_host(connection, host_of(item.url)))
                waiting.append(_Work(item, snapshot, furniture.without(snapshot, shared)))
        return waiting

    def _ask_article(self, work: _Work) -> Answer[ArticleAnswer] | BadAnswer:
        try:
            asked = question(work.item, work.snapshot, work.numbers)
            return self._run.tools.door.ask(asked, ArticleAnswer)
        except BadAnswer as error:
            return error


def _of_host(connection: Connection, host: str) -> list[Snapshot]:
    """The last snapshots of a host's articles, without those that repeat another."""
    originals = [item for item in item_store.of_host(connection, host) if not item.copy_of]
    held = [item_store.last_snapshot(connection, item.id) for item in originals]
    return [snapshot for snapshot in held if snapshot]
