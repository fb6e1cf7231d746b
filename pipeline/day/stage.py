"""Makes the pages of days from their versions; a day without versions costs no question."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.context import RunContext
from pipeline.day.page import as_page, draft_day, with_checked_sentences, write_day
from pipeline.day.question import DayAnswer, question
from pipeline.records.claims import Claim
from pipeline.records.days import Day
from pipeline.records.pages import Version
from pipeline.store import claims as claim_store
from pipeline.store import days as day_store
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from pipeline.verify import support
from pipeline.verify.check import check
from pipeline.verify.evidence import EvidenceSet, of_version
from pipeline.verify.numbered import NumberedSource, names_of_claims, texts_of

_CATCH_UP = timedelta(days=7)  # how far back a missing page is still made; chosen, not measured
_SHARED_TOPICS = 2  # topics in common that make two threads' subject the same; chosen, not measured


def make_day_pages(context: RunContext, *, ask: bool) -> bool:
    """Makes today's page and those of the last days whose versions have no page yet; returns whether a model was asked.
    Without `ask` none is: the pages are made without what a model writes, and a later batch asks."""
    asked = False
    for day, versions in _open_days(context.store, context.now, context.settings.site_language):
        if versions and ask:
            day, asked = _write(context, day, versions), True
        with context.store.writing() as connection:
            day_store.save(connection, day)
        context.log.report("day", f"{day.date}: {len(day.developments) or 'no'} developments")
    return asked


def draft_day_pages(store: Store, now: datetime, language: str) -> None:
    """Makes the pages of the last days whose versions are on none yet, as after a run by hand, without what a model
    writes: a later batch asks."""
    for day, versions in _open_days(store, now, language):
        with store.writing() as connection:
            stored = day_store.find(connection, day.date)
            if versions and (stored is None or stored.rests_on != day.rests_on):
                day_store.save(connection, day)


def _open_days(store: Store, now: datetime, language: str) -> list[tuple[Day, list[Version]]]:
    """Today and the last days that have no page of all their versions, or none that a model has written in: each as a
    draft, with its versions."""
    open_days = []
    with store.reading() as connection:
        today = f"{now:%Y-%m-%d}"
        versions_by_day = version_store.made_since(connection, now - _CATCH_UP)
        for date, numbers in sorted({today: [], **versions_by_day}.items()):
            stored = day_store.find(connection, date)
            is_done = stored and stored.rests_on == tuple(sorted(numbers)) and (stored.written or not numbers)
            if not is_done and date <= today:
                versions = [_version(connection, slug, number) for slug, number in numbers]
                open_days.append((draft_day(date, versions, language), versions))
    return open_days


def _version(connection: Connection, slug: str, number: int) -> Version:
    version = version_store.one(connection, slug, number)
    assert version is not None  # noqa: S101 - its number was just read from the same store
    return version


def _write(context: RunContext, day: Day, versions: Sequence[Version]) -> Day:
    """The day with what a model writes about it, after the gates and the support check; without it where there is no
    answer: a later batch asks again."""
    with context.store.reading() as connection:
        related = _related_versions(connection, versions)
    day_question, about = question(day, versions, related), f"the page of {day.date}"
    answer = context.ask(day_question.prompt, DayAnswer, about)
    if isinstance(answer, str):
        return day
    written = write_day(day, answer.value, day_question)
    evidence_set: EvidenceSet = {
        claim: evidence for version in versions for claim, evidence in of_version(version).items()
    }
    checked = check(as_page(written), evidence_set, language=day.language)
    sentences = support.to_judge(checked, frozenset())
    if not sentences:
        return with_checked_sentences(written, checked.page)
    cited = {claim for each in sentences for claim in each.sentence.claims}
    with context.store.reading() as connection:
        claims, texts = _cited_texts(connection, cited, day.language)
    asked = support.question(sentences, texts, names_of_claims(claims, texts), day.language)
    verdicts = context.ask(asked, support.SupportAnswer, about, support.miscounted(sentences))
    if isinstance(verdicts, str):
        return day
    judged = support.apply(checked.page, [(sentences, verdicts.value)], evidence_set, language=day.language)
    return with_checked_sentences(written, judged.page)


def _cited_texts(
    connection: Connection, cited: Iterable[str], language: str
) -> tuple[dict[str, Claim], list[NumberedSource]]:
    """The claims of these ids and the texts that they rest on."""
    claims = claim_store.by_ids(connection, cited)
    found = (item_store.snapshot(connection, snapshot) for snapshot in {claim.snapshot for claim in claims.values()})
    snapshots = [snapshot for snapshot in found if snapshot]
    items = {snapshot.item: item_store.find(connection, snapshot.item) for snapshot in snapshots}
    extractions = claim_store.last_of_items(connection, items, language)
    return claims, texts_of(snapshots, {item: found for item, found in items.items() if found}, extractions)


def _related_versions(connection: Connection, versions: Sequence[Version]) -> list[Version]:
    """The last versions of the other threads that share an item or topics with one of `versions`."""
    today = {version.thread.slug for version in versions}
    subjects = [_subject(connection, version) for version in versions]
    others = []
    for slug, number in version_store.last_numbers(connection).items():
        if slug in today:
            continue
        other = _version(connection, slug, number)
        items, topics = _subject(connection, other)
        if any(items & cited or len(topics & about) >= _SHARED_TOPICS for cited, about in subjects):
            others.append(other)
    return others


def _subject(connection: Connection, version: Version) -> tuple[set[str], set[str]]:
    """The items a version cites, and their topics."""
    items = {source.item for source in version.sources}
    return items, {topic.casefold() for topics in claim_store.topics(connection, items).values() for topic in topics}
