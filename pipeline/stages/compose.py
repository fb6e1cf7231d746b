"""Synthesize and verify: claims become a checked page, and a changed page becomes the next version."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

import pipeline
from pipeline import versions
from pipeline.errors import AllowanceSpent, BadAnswer, TooLong
from pipeline.model.door import Answer
from pipeline.model.exchange import Reply
from pipeline.prompts import prompt
from pipeline.records.claims import Extraction
from pipeline.records.pages import MadeBy, Page, Tokens, Version
from pipeline.stages.run import Run
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.replies import StoredReplies
from pipeline.synthesize import assemble, brief
from pipeline.synthesize.answer import PageAnswer
from pipeline.verify import support
from pipeline.verify.check import Checked, check
from pipeline.verify.ground import Grounds, of_claims


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
        checked, judged, replies = self._verify(drafted.page, previous, holdings)
        page = versions.with_history(judged.page, previous)
        if versions.same_page(previous, page):
            return None
        made_by = self._made_by([*answer.replies, *replies], extractions, checked, judged, drafted.unknown_ids)
        version = versions.freeze(page, self._run.thread, previous, holdings, numbers, self._run.now, made_by)
        with self._run.store.writing() as connection:
            version_store.add(connection, version)
        self._run.say(f"version     {version.version} of {version.thread.slug}: {version.thread.title}")
        return version

    def _verify(
        self, page: Page, previous: Version | None, holdings: versions.Holdings
    ) -> tuple[Checked, support.Judged, list[Reply]]:
        """The page through the gates, then its new sentences through the support check. A support check that could
        not be had takes nothing from the page: the gates have passed it, and the version says so."""
        items = {item.id: item for item in holdings.items}
        grounds = of_claims((c for e in holdings.extractions.values() for c in e.claims), items)
        checked = check(page, grounds)
        sentences = support.to_judge(checked, support.known_sentences(previous.page() if previous else None))
        replies: list[Reply] = []
        try:
            verdicts = self._ask_support(sentences, grounds, replies)
        except (BadAnswer, AllowanceSpent) as error:
            if isinstance(error, AllowanceSpent):
                self._run.spent_out(error)
            else:
                self._run.trouble("the support check", "no usable answer", error)
            judged = support.Judged(checked.page, 0, 0, 0, len(sentences), ())
        else:
            judged = support.apply(checked.page, sentences, verdicts, grounds)
        self._run.say(
            f"verify      {len(sentences)} sentences judged: {judged.supported} supported, "
            f"{judged.rewritten + checked.repaired} repaired, {judged.struck + checked.struck} struck"
        )
        return checked, judged, replies

    def _ask_support(
        self, sentences: Sequence[support.ToJudge], grounds: Grounds, replies: list[Reply]
    ) -> list[support.VerdictAnswer]:
        """The verdicts; where all sentences are too many for one question, those on each half. What was answered is
        in `replies` even where a later part fails."""
        if not sentences:
            return []
        try:
            answer = self._run.tools.door.ask(support.question(sentences, grounds), support.SupportAnswer)
        except TooLong:
            middle = len(sentences) // 2
            if not middle:
                raise
            halves = (sentences[:middle], sentences[middle:])
            return [verdict for half in halves for verdict in self._ask_support(half, grounds, replies)]
        replies.extend(answer.replies)
        return answer.value.verdicts

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
        self,
        written: Sequence[Reply],
        extractions: Sequence[Extraction],
        checked: Checked,
        judged: support.Judged,
        unknown: int,
    ) -> MadeBy:
        """Provenance. Counts the replies the version rests on, so that a run that was interrupted and taken up
        again says the same as one that was not."""
        read = StoredReplies(self._run.store).behind(key for extraction in extractions for key in extraction.keys)
        replies = [*read, *written]
        tokens = Tokens(
            prompt=sum(reply.prompt_tokens for reply in replies),
            completion=sum(reply.completion_tokens for reply in replies),
        )
        found = Counter(checked.codes()) + Counter(finding.code for finding in judged.findings)
        return MadeBy(
            program=pipeline.__version__,
            model=self._run.tools.door.model,
            prompts={name: prompt(name).fingerprint for name in ("extract", "page", "support")},
            calls=len(replies),
            tokens=tokens,
            estimated=any(reply.estimated for reply in replies),
            price=self._run.tools.prices.of(tokens.prompt, tokens.completion),
            checks=checked.checks,
            supported=judged.supported,
            unjudged=judged.unjudged,
            repaired=checked.repaired + judged.rewritten,
            struck=checked.struck + judged.struck,
            found=dict(sorted(found.items())),
            unknown_ids=unknown,
            inputs=tuple(extraction.id for extraction in extractions),
        )


def _material(holdings: versions.Holdings) -> list[brief.Material]:
    return [
        brief.Material(item, holdings.extractions[item.id])
        for item in holdings.items
        if item.id in holdings.extractions
    ]
