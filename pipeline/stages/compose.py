"""Synthesize and verify: claims become a checked page, and a changed page becomes the next version."""

from collections.abc import Sequence

from sqlalchemy import Connection

import pipeline
from pipeline import versions
from pipeline.model.door import Answer
from pipeline.prompts import prompt
from pipeline.records.claims import Extraction
from pipeline.records.pages import MadeBy, Tokens, Version
from pipeline.stages.run import Run
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.replies import StoredReplies
from pipeline.synthesize import assemble, brief
from pipeline.synthesize.answer import PageAnswer
from pipeline.verify.check import Checked, check


class Compose:
    """The stages synthesize and verify of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def write(self) -> Version | None:
        """A new version where there is news, or where the operator asked to write again and the page changed.
        Raises ModelError where the model does not write the page: what was extracted is kept."""
        with self._run.store.reading() as connection:
            previous = version_store.last(connection, self._run.thread.slug)
            numbers = version_store.numbers(connection, self._run.thread.slug)
            holdings = self._holdings(connection)
        extractions = list(holdings.extractions.values())
        news = versions.is_news(previous, extractions)
        if not (news or self._run.redoes("synthesize", "verify")) or not any(e.claims for e in extractions):
            return None
        answer = self._ask_page(holdings)
        number = previous.version + 1 if previous else 1
        drafted = assemble.page_of(answer.value, brief.names(_material(holdings)), self._run.thread.title, number)
        words = {claim.id: claim.evidence for each in extractions for claim in each.claims}
        checked = check(drafted.page, words)
        self._run.say(f"verify      {checked.checks} checks: {checked.repaired} repaired, {checked.struck} struck")
        page = versions.with_history(checked.page, previous)
        if versions.same_page(previous, page):
            return None
        made_by = self._made_by(answer, extractions, checked, drafted.unknown_ids)
        version = versions.freeze(page, self._run.thread, previous, holdings, numbers, self._run.now, made_by)
        with self._run.store.writing() as connection:
            version_store.add(connection, version)
        self._run.say(f"version     {version.version} of {version.thread.slug}: {version.thread.title}")
        return version

    def _ask_page(self, holdings: versions.Holdings) -> Answer[PageAnswer]:
        asked = brief.question(self._run.thread.title, _material(holdings))
        answer = self._run.tools.door.ask(asked, PageAnswer)
        self._run.say(f"synthesize  {sum(len(e.claims) for e in holdings.extractions.values())} claims into a page")
        return answer

    def _holdings(self, connection: Connection) -> versions.Holdings:
        items = item_store.of_thread(connection, self._run.thread.slug)
        extractions: dict[str, Extraction] = {}
        for item in items:
            snapshot = item_store.last_snapshot(connection, item.id)
            extraction = claim_store.last_of(connection, snapshot.id) if snapshot and not item.copy_of else None
            if extraction:
                extractions[item.id] = extraction
        return versions.Holdings(items, extractions)

    def _made_by(
        self, answer: Answer[PageAnswer], extractions: Sequence[Extraction], checked: Checked, unknown: int
    ) -> MadeBy:
        """Provenance. Counts the replies the version rests on, so that a run that was interrupted and taken up
        again says the same as one that was not."""
        read = StoredReplies(self._run.store).behind(extraction.key for extraction in extractions)
        replies = [*read, *answer.replies]
        return MadeBy(
            program=pipeline.__version__,
            model=self._run.tools.door.model,
            prompts={name: prompt(name).fingerprint for name in ("extract", "page")},
            calls=len(replies),
            tokens=Tokens(
                prompt=sum(reply.prompt_tokens for reply in replies),
                completion=sum(reply.completion_tokens for reply in replies),
            ),
            price=None,
            checks=checked.checks,
            repaired=checked.repaired,
            struck=checked.struck,
            unknown_ids=unknown,
            inputs=tuple(extraction.id for extraction in extractions),
        )


def _material(holdings: versions.Holdings) -> list[brief.Material]:
    return [
        brief.Material(item, holdings.extractions[item.id])
        for item in holdings.items
        if item.id in holdings.extractions
    ]
