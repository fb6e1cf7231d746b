"""Synthesize and verify: claims become a checked page, and a changed page becomes the next version."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

import pipeline
from pipeline import versions
from pipeline.errors import AllowanceSpent, BadAnswer, TooLong
from pipeline.model.exchange import Reply
from pipeline.prompts import prompt
from pipeline.read.folding import fold
from pipeline.records.claims import Extraction
from pipeline.records.items import Verdict
from pipeline.records.pages import MadeBy, Page, Tokens, Version
from pipeline.stages.run import Run
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.replies import StoredReplies
from pipeline.synthesize import assemble, brief, budget, update
from pipeline.synthesize.answer import PageAnswer
from pipeline.verify import support
from pipeline.verify.check import Checked, check
from pipeline.verify.ground import Grounds, of_claims

_MOVED = "its source belongs to another discussion, which has a page of its own: this page tells of it no more"
_WITHDRAWN = "its publisher has withdrawn the source"


class _Draft(NamedTuple):
    """A page before it is checked: how it was made, and what it cost."""

    page: Page
    kept: int
    left_out: int
    unknown_ids: int
    replies: list[Reply]
    prompt: str


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
            holdings = self._holdings(connection, previous)
            superseded = self._superseded(connection, previous, holdings.verdicts)
            news = self._news(connection, previous, holdings)
        extractions = list(holdings.extractions.values())
        again = self._run.redoes("extract", "synthesize", "verify")
        if not (superseded or ((news or again) and any(e.claims for e in extractions))):
            return None
        if previous is None or again:
            draft = self._whole_page(previous, holdings)
        else:
            draft = self._edited_page(previous, holdings, news, superseded)
        checked, judged, replies = self._verify(draft.page, previous, holdings, superseded)
        page = versions.with_history(judged.page, previous) if again else judged.page
        if versions.same_page(previous, page) and _WITHDRAWN not in superseded.values():
            return None
        made_by = self._made_by(draft, replies, extractions, checked, judged)
        version = versions.freeze(page, self._run.thread, previous, holdings, numbers, self._run.now, made_by)
        with self._run.store.writing() as connection:
            version_store.add(connection, version)
        self._run.say(f"version     {version.version} of {version.thread.slug}: {version.thread.title}")
        return version

    def _whole_page(self, previous: Version | None, holdings: versions.Holdings) -> _Draft:
        """A page written from all claims: the first of a thread, or one the operator asked to have written anew."""
        material, left_out = budget.within(_material(holdings), self._run.tools.page_tokens)
        answer = self._run.tools.door.ask(brief.question(self._run.thread.title, material), PageAnswer)
        number = previous.version + 1 if previous else 1
        assembled = assemble.page_of(answer.value, brief.names(material), self._run.thread.title, number)
        self._run.say(f"synthesize  {sum(len(work.extraction.claims) for work in material)} claims into a page")
        return _Draft(assembled.page, 0, left_out, assembled.unknown_ids, list(answer.replies), "page")

    def _edited_page(
        self,
        previous: Version,
        holdings: versions.Holdings,
        news: list[brief.Material],
        superseded: Mapping[str, str],
    ) -> _Draft:
        """The page before with the edits that new claims call for."""
        new, left_out = budget.within(news, self._run.tools.page_tokens)
        page = previous.page()
        asked = update.question(self._run.thread.title, page, new, superseded)
        answer = self._run.tools.door.ask(asked, update.UpdateAnswer)
        updated = update.next_page(answer.value, page, holdings.claims, new, previous.version + 1)
        total = sum(1 for _ in updated.page.said())
        claims = sum(len(work.extraction.claims) for work in new)
        self._run.say(f"synthesize  {claims} new claims; {updated.kept} of {total} sentences kept as they stood")
        return _Draft(updated.page, updated.kept, left_out, updated.unknown_ids, list(answer.replies), "update")

    def _verify(
        self, page: Page, previous: Version | None, holdings: versions.Holdings, superseded: Mapping[str, str]
    ) -> tuple[Checked, support.Judged, list[Reply]]:
        """The page through the gates, then its new sentences through the support check. A support check that could
        not be had takes nothing from the page: the gates have passed it, and the version says so."""
        items = {item.id: item for item in holdings.items}
        claims = [
            claim.model_copy(update={"doubts": (*claim.doubts, superseded[claim.id])})
            if claim.id in superseded
            else claim
            for claim in holdings.claims.values()
        ]
        grounds = of_claims(claims, items)
        checked = check(page, grounds)
        known = support.known_sentences(previous.page() if previous else None, frozenset(superseded))
        sentences = support.to_judge(checked, known)
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

    def _holdings(self, connection: Connection, previous: Version | None) -> versions.Holdings:
        items = item_store.of_thread(connection, self._run.thread.slug)
        verdicts = item_store.verdicts(connection, self._run.thread.slug)
        extractions: dict[str, Extraction] = {}
        for item in items:
            if item.state == "withdrawn" or verdicts.get(item.id, "relevant") != "relevant":
                continue
            snapshot = item_store.last_snapshot(connection, item.id)
            extraction = claim_store.last_of(connection, snapshot.id) if snapshot and not item.copy_of else None
            if extraction:
                extractions[item.id] = extraction
        claims = claim_store.by_ids(connection, previous.claims) if previous else {}
        claims |= {claim.id: claim for extraction in extractions.values() for claim in extraction.claims}
        return versions.Holdings(items, extractions, claims, verdicts)

    def _news(
        self, connection: Connection, previous: Version | None, holdings: versions.Holdings
    ) -> list[brief.Material]:
        """The works that bring something the version before could not know, each with that alone."""
        found = []
        written_from = frozenset(previous.made_by.inputs) if previous else frozenset[str]()
        for work in _material(holdings):
            if not written_from.isdisjoint(claim_store.extractions_of(connection, work.extraction.snapshot)):
                continue
            earlier = item_store.earlier_texts(connection, work.item.id)
            extraction = versions.fresh(work.extraction, earlier)
            if extraction.claims:
                found.append(brief.Material(work.item, extraction))
        return found

    def _superseded(
        self, connection: Connection, previous: Version | None, verdicts: Mapping[str, Verdict]
    ) -> dict[str, str]:
        """The claims the page cites whose words have gone from their source since, or whose source from the thread,
        and what has become of it."""
        found = {}
        known = {source.item for source in previous.sources if source.withdrawn} if previous else set[str]()
        written_from = frozenset(previous.made_by.inputs) if previous else frozenset[str]()
        for claim_id, cited in (previous.claims if previous else {}).items():
            item = item_store.find(connection, cited.item)
            if item and item.state == "withdrawn":
                if item.id not in known:
                    found[claim_id] = _WITHDRAWN
                continue
            snapshot = item_store.last_snapshot(connection, cited.item)
            if verdicts.get(cited.item) == "moved to another thread":
                if not written_from.isdisjoint(claim_store.extractions_of(connection, cited.snapshot)):
                    found[claim_id] = _MOVED
                continue
            if snapshot is None or snapshot.id == cited.snapshot:
                continue
            if not written_from.isdisjoint(claim_store.extractions_of(connection, snapshot.id)):
                continue  # the version before was written with the edit known
            text = fold(snapshot.text)
            if any(fold(words.text) not in text for words in cited.evidence):
                found[claim_id] = "its source was edited and no longer says this in these words"
        return found

    def _made_by(
        self,
        draft: _Draft,
        judging: Sequence[Reply],
        extractions: Sequence[Extraction],
        checked: Checked,
        judged: support.Judged,
    ) -> MadeBy:
        """Provenance. Counts the replies the version rests on, so that a run that was interrupted and taken up
        again says the same as one that was not."""
        keys = dict.fromkeys(key for extraction in extractions for key in extraction.keys)
        read = StoredReplies(self._run.store).behind(keys)
        replies = [*read, *draft.replies, *judging]
        tokens = Tokens(
            prompt=sum(reply.prompt_tokens for reply in replies),
            completion=sum(reply.completion_tokens for reply in replies),
        )
        found = Counter(checked.codes()) + Counter(finding.code for finding in judged.findings)
        return MadeBy(
            program=pipeline.__version__,
            model=self._run.tools.door.model,
            prompts={name: prompt(name).fingerprint for name in ("extract", draft.prompt, "support")},
            calls=len(replies),
            tokens=tokens,
            estimated=any(reply.estimated for reply in replies),
            price=self._run.tools.prices.of_replies(replies),
            kept=draft.kept,
            left_out=draft.left_out,
            checks=checked.checks,
            supported=judged.supported,
            unjudged=judged.unjudged,
            repaired=checked.repaired + judged.rewritten,
            struck=checked.struck + judged.struck,
            found=dict(sorted(found.items())),
            unknown_ids=draft.unknown_ids,
            inputs=tuple(extraction.id for extraction in extractions),
        )


def _material(holdings: versions.Holdings) -> list[brief.Material]:
    return [
        brief.Material(item, holdings.extractions[item.id])
        for item in holdings.items
        if item.id in holdings.extractions
    ]
