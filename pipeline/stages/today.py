"""The day's page: made of the day's versions; a day without any costs no question."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline import day as days
from pipeline.errors import AllowanceSpent, BadAnswer
from pipeline.records.days import Day
from pipeline.records.pages import Page, Version
from pipeline.stages.run import Notes, Tools
from pipeline.store import claims as claim_store
from pipeline.store import days as day_store
from pipeline.store import versions as version_store
from pipeline.verify import support
from pipeline.verify.check import check
from pipeline.verify.ground import Grounds, of_version

_BACK = timedelta(days=7)  # how long a day is made up for that could not be told on the day
_SHARED_TOPICS = 2  # that make two threads' subject the same


def tell_days(tools: Tools, notes: Notes, now: datetime, *, ask: bool) -> bool:
    """Makes the pages of the days whose versions no page tells of yet, and today's; says whether a model was asked.
    Where it may not be, a later batch does."""
    with tools.store.reading() as connection:
        made = version_store.made_since(connection, now - _BACK)
        today = f"{now:%Y-%m-%d}"
        open_days = []
        for date, numbers in sorted({today: [], **made}.items()):
            kept = day_store.find(connection, date)
            same = kept and kept.rests_on == tuple(sorted(numbers)) and (kept.told or not numbers)
            if not same and date <= today:
                open_days.append((date, [_version(connection, *each) for each in numbers]))
    asked = False
    for date, versions in open_days:
        day = days.untold(date, versions)
        if versions and ask:
            day, asked = _told(tools, notes, day, versions), True
        with tools.store.writing() as connection:
            day_store.save(connection, day)
        notes.say(f"day         {date}: {len(day.developments) or 'no'} developments")
    return asked


def _version(connection: Connection, slug: str, number: int) -> Version:
    found = version_store.one(connection, slug, number)
    assert found is not None  # noqa: S101 - its number was just read from the same store
    return found


def _told(tools: Tools, notes: Notes, day: Day, versions: Sequence[Version]) -> Day:
    """The day with what joins its developments; where there is no answer, without it: a later batch asks again."""
    with tools.store.reading() as connection:
        beside = _beside(connection, versions)
    shown = days.question(day, versions, beside)
    try:
        answer = tools.door.ask(shown.prompt, days.DayAnswer)
        written = days.told(day, answer.value, shown)
        return days.checked(written, _checked(tools, days.as_page(written), versions))
    except BadAnswer as error:
        notes.trouble(f"the page of {day.date}", "no usable answer", error)
    except AllowanceSpent as error:
        notes.spent_out(error)
    return day


def _checked(tools: Tools, page: Page, versions: Sequence[Version]) -> Page:
    """What was written, through the gates and the support check."""
    grounds: Grounds = {claim: ground for version in versions for claim, ground in of_version(version).items()}
    gated = check(page, grounds)
    sentences = support.to_judge(gated, frozenset())
    if not sentences:
        return gated.page
    answer = tools.door.ask(support.question(sentences, grounds), support.SupportAnswer)
    return support.apply(gated.page, sentences, answer.value.verdicts, grounds).page


def _beside(connection: Connection, versions: Sequence[Version]) -> list[Version]:
    """The last versions of the other threads that share an item or topics with one of `versions`."""
    topics_of = claim_store.topics(connection)
    today = {version.thread.slug for version in versions}
    subjects = [_subject(version, topics_of) for version in versions]
    found = []
    for slug, number in version_store.last_numbers(connection).items():
        if slug in today:
            continue
        other = _version(connection, slug, number)
        items, topics = _subject(other, topics_of)
        if any(items & theirs or len(topics & about) >= _SHARED_TOPICS for theirs, about in subjects):
            found.append(other)
    return found


def _subject(version: Version, topics_of: Mapping[str, Sequence[str]]) -> tuple[set[str], set[str]]:
    """The items a version cites, and what they are about."""
    items = {source.item for source in version.sources}
    return items, {topic.casefold() for item in items for topic in topics_of.get(item, ())}
