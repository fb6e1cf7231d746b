"""Extract: each text without claims is asked about once, and its claims stored."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.errors import AllowanceSpent, BadAnswer, TooLong
from pipeline.extract import ArticleAnswer, Part, extraction_of, halves, question
from pipeline.fetch.addresses import host_of
from pipeline.read import furniture
from pipeline.records.claims import Extraction
from pipeline.records.items import Item, Snapshot
from pipeline.stages.run import Run, parallel
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store

_FOR_THE_PAGE = 0.5  # of a run's allowance: extraction may not eat what writing needs


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
        """Asks about each text that has no extraction yet; each answer is stored as it comes. Half of the run's
        allowance is kept back: what is extracted is of use to a reader only once it is written."""
        waiting = self._unextracted()
        spent_out: AllowanceSpent | None = None
        with self._run.tools.spent.allowance.keeping_back(_FOR_THE_PAGE):
            for work, found in parallel(self._run.tools.parallel_questions, self._ask_article, waiting):
                if isinstance(found, AllowanceSpent):
                    spent_out = found
                elif isinstance(found, BadAnswer):
                    self._run.trouble(work.item.url, "no usable answer", found)
                else:
                    self._keep(work, extraction_of(found, work.item, work.snapshot))
        if spent_out:
            self._run.spent_out(spent_out)

    def _keep(self, work: _Work, extraction: Extraction) -> None:
        with self._run.store.writing() as connection:
            claim_store.add(connection, extraction)
            if work.item.author is None and extraction.author:
                signed = work.item.model_copy(update={"author": extraction.author})
                item_store.save(connection, signed, host_of(work.item.url))
        self._run.counts["extracted"] += 1
        self._run.counts["new_claims"] += len(extraction.claims)
        self._run.counts["claims_dropped"] += sum(extraction.dropped.values())
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

    def _ask_article(self, work: _Work) -> list[Part] | BadAnswer | AllowanceSpent:
        try:
            return self._ask_part(work, work.numbers)
        except (BadAnswer, AllowanceSpent) as error:
            return error

    def _ask_part(self, work: _Work, numbers: tuple[int, ...]) -> list[Part]:
        """The answer about some sentences; where that is too long for the model, the answers about each half."""
        try:
            answer = self._run.tools.door.ask(question(work.item, work.snapshot, numbers), ArticleAnswer)
        except TooLong:
            divided = halves(numbers)
            if divided is None:
                raise
            return [part for half in divided for part in self._ask_part(work, half)]
        return [Part(answer.value, answer.key, numbers)]


def _of_host(connection: Connection, host: str) -> list[Snapshot]:
    """The last snapshots of a host's articles, without those that repeat another."""
    originals = [item for item in item_store.of_host(connection, host) if not item.copy_of]
    held = [item_store.last_snapshot(connection, item.id) for item in originals]
    return [snapshot for snapshot in held if snapshot]
