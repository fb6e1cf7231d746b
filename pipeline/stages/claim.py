"""Extract: what cannot matter is set aside; each other text is asked about once, and its claims stored."""

from collections.abc import Sequence

from pipeline.errors import AllowanceSpent, AnswerAwaited, BadAnswer, TooLong
from pipeline.extract import (
    ArticleAnswer,
    ArticlesAnswer,
    Part,
    Work,
    extraction_of,
    halves,
    in_questions,
    parts_of,
    question,
)
from pipeline.fetch.addresses import host_of
from pipeline.read import furniture
from pipeline.records.claims import Extraction
from pipeline.records.items import opening
from pipeline.stages.judge import set_aside
from pipeline.stages.run import Run, parallel
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store

_ALIKE = 30  # articles of a host that are compared to find its furniture
_FOR_THE_PAGE = 0.5  # of a run's allowance: extraction may not eat what writing needs

_Asked = list[Part] | BadAnswer | AllowanceSpent | AnswerAwaited
"""A text's parts of the answer, or why there are none."""


class Claim:
    """The stage extract of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def extract(self) -> None:
        """Asks about each text that has no extraction yet and may matter; each answer is stored as it comes. Half of
        the run's allowance is kept back: what is extracted is of use to a reader only once it is written. Raises
        AnswerAwaited, once all are asked, where an answer is still to come."""
        spent_out: AllowanceSpent | None = None
        awaited: AnswerAwaited | None = None
        with self._run.tools.spent.allowance.keeping_back(_FOR_THE_PAGE):
            questions = in_questions(self._relevant(self.unextracted()))
            for works, found in parallel(self._run.tools.parallel_questions, self._ask, questions):
                answered = []
                for work, parts in zip(works, found, strict=True):
                    if isinstance(parts, AllowanceSpent):
                        spent_out = parts
                    elif isinstance(parts, AnswerAwaited):
                        awaited = parts
                    elif isinstance(parts, BadAnswer):
                        self._run.trouble(work.item.url, "no usable answer", parts)
                    else:
                        answered.append((work, extraction_of(parts, work.item, work.snapshot)))
                self._keep(answered)
        if spent_out:
            self._run.spent_out(spent_out)
        if awaited:
            raise awaited

    def _keep(self, answered: Sequence[tuple[Work, Extraction]]) -> None:
        """Keeps what one question gave, in one transaction: the next run then asks the same questions but this."""
        with self._run.store.writing() as connection:
            for work, extraction in answered:
                claim_store.add(connection, extraction)
                if work.item.author is None and extraction.author:
                    signed = work.item.model_copy(update={"author": extraction.author})
                    item_store.save(connection, signed, host_of(work.item.url))
        for work, extraction in answered:
            self._run.counts["extracted"] += 1
            self._run.counts["new_claims"] += len(extraction.claims)
            self._run.counts["claims_dropped"] += sum(extraction.dropped.values())
            self._run.say(f"extract     {len(extraction.claims):3} claims  {work.item.venue}: {work.item.title}")

    def unextracted(self) -> list[Work]:
        """The texts without claims, and those to be asked about again: no copies, nothing set aside."""
        waiting = []
        with self._run.store.reading() as connection:
            verdicts = item_store.verdicts(connection, self._run.thread.slug)
            for item in item_store.of_thread(connection, self._run.thread.slug):
                snapshot = item_store.last_snapshot(connection, item.id)
                if snapshot is None or item.copy_of or item.state == "withdrawn":
                    continue
                if verdicts.get(item.id, "relevant") != "relevant":
                    continue
                if claim_store.last_of(connection, snapshot.id) and not self._run.redoes("extract"):
                    continue
                host = host_of(item.url)
                shared = furniture.shared_sentences(item_store.texts_of_host(connection, host, _ALIKE))
                waiting.append(Work(item, snapshot, furniture.without(snapshot, shared), host))
        return waiting

    def _relevant(self, waiting: Sequence[Work]) -> list[Work]:
        """`waiting` without what cannot matter to the thread."""
        aside = set_aside(self._run, [(work.item, opening(work.snapshot.text)) for work in waiting])
        return [work for work in waiting if work.item.id not in aside]

    def _ask(self, works: Sequence[Work]) -> Sequence[_Asked]:
        """For each text, its parts of the answer. Short texts that got no answer together are asked about alone."""
        try:
            together = self._ask_together(works) if len(works) > 1 else None
        except AnswerAwaited as error:
            return [error for _ in works]
        return together or [self._ask_alone(work) for work in works]

    def _ask_together(self, works: Sequence[Work]) -> list[list[Part]] | None:
        try:
            answer = self._run.tools.door.ask(question(works), ArticlesAnswer)
        except (BadAnswer, AllowanceSpent):
            return None
        parts = parts_of(answer.value, answer.key, works)
        return [[part] for part in parts] if parts else None

    def _ask_alone(self, work: Work) -> _Asked:
        try:
            return self._ask_part(work, work.numbers)
        except (BadAnswer, AllowanceSpent, AnswerAwaited) as error:
            return error

    def _ask_part(self, work: Work, numbers: tuple[int, ...]) -> list[Part]:
        """The answer about some sentences; where that is too long for the model, the answers about each half."""
        try:
            answer = self._run.tools.door.ask(question([work._replace(numbers=numbers)]), ArticleAnswer)
        except TooLong:
            divided = halves(numbers)
            if divided is None:
                raise
            return [part for half in divided for part in self._ask_part(work, half)]
        return [Part(answer.value, answer.key, numbers)]
