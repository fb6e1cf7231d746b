"""An operator's corrections of a thread's page: its title, the name of a voice, the date of a source."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from pipeline.app.editor import as_spelt
from pipeline.app.queries import Queries
from pipeline.errors import UsageError
from pipeline.records.dates import PartialDate
from pipeline.records.threads import Correction
from pipeline.store import corrections as correction_store
from pipeline.store.database import Store
from pipeline.synthesize import cast
from pipeline.text import one_line

NO_DATE = "none"
"""The word for a source that has no date."""

_DATE: TypeAdapter[str] = TypeAdapter(PartialDate)


class Corrector:
    """Corrects pages of one home's threads, and takes that back; `now` gives the time. A thing that is corrected again
    has one correction, the last. The caller regenerates the site."""

    def __init__(self, store: Store, queries: Queries, now: Callable[[], datetime]) -> None:
        self._store, self._queries, self._now = store, queries, now

    def title(self, slug: str, title: str, because: str = "") -> None:
        """Gives the page another title; it stays, whatever later versions would be headed. Raises UsageError for an
        empty title, and for the one it has."""
        page, title = self._queries.version(slug), one_line(title)
        if not title:
            raise UsageError("the title is empty: say what the page is to be headed")
        self._correct(slug, "title", page.thread.title, title, because)

    def voice(self, slug: str, name: str, new: str, because: str = "") -> None:
        """Gives a voice another name, under any that the cast has for it. Raises UsageError where the cast does not
        have it, and for a name that is empty, has a semicolon, or is another voice's."""
        voices, new = self._queries.cast(slug).voices, one_line(new)
        voice = cast.find(voices, as_spelt(voices, name))
        assert voice is not None  # noqa: S101 - the cast has the name
        if not new or ";" in new:
            raise UsageError(f"{new!r} can be no voice's name: give one name")
        other = cast.find(voices, new)
        if other and other.id != voice.id:
            raise UsageError(
                f"{new!r} is another voice: `cast {slug} --join {new!r} {voice.name!r}` says that both are one"
            )
        self._correct(slug, "voice", voice.name, new, because)

    def date(self, slug: str, number: int, date: str, because: str = "") -> None:
        """Gives a source another date of publication, "none" for no date. Raises UsageError for a number that no source
        of the page has, and for what is no date."""
        sources = {source.number: source for source in self._queries.version(slug).sources}
        if number not in sources:
            having = ", ".join(map(str, sources)) or "none"
            raise UsageError(f"the page of {slug!r} has no source {number}: its sources have the numbers {having}")
        try:
            after = "" if date == NO_DATE else _DATE.validate_python(date)
        except ValidationError:
            raise UsageError(
                f"{date!r} is no date: write 2016, 2016-11 or 2016-11-10, as precise as it is known, or {NO_DATE}"
            ) from None
        self._correct(slug, "date", sources[number].date or "", after, because, source=number)

    def undo(self, slug: str, number: int) -> None:
        """Takes a correction back. Raises UsageError where there is none of this number."""
        if number not in [each.number for each in self._queries.corrections(slug)]:
            raise UsageError(f"the page of {slug!r} has no correction {number}: see `correct {slug}`")
        with self._store.writing() as connection:
            correction_store.remove(connection, slug, number)

    def _correct(
        self,
        slug: str,
        what: Literal["title", "voice", "date"],
        shown: str,
        after: str,
        because: str,
        source: int | None = None,
    ) -> None:
        """Stores the correction of what the page shows; the last of the same thing is replaced by it."""
        if shown == after:
            raise UsageError(f"the page of {slug!r} has {after or NO_DATE!r} already: there is nothing to correct")
        with self._store.writing() as connection:
            known = correction_store.of_thread(connection, slug)
            thing = (what, source, shown)
            earlier = next((each for each in known if (each.what, each.source, each.after) == thing), None)
            before = earlier.before if earlier else shown
            if before == after and earlier:
                raise UsageError(f"that is what it was before: `correct {slug} --undo {earlier.number}` takes it back")
            correction = Correction(
                number=max((each.number for each in known), default=0) + 1,
                at=self._now(),
                what=what,
                source=source,
                before=before,
                after=after,
                because=one_line(because),
            )
            correction_store.add(connection, slug, correction)
