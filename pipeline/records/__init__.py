"""The records that all packages share: frozen values, with no I/O and no clock.

items      a work on its way from an address to a text
posts      a thread of posts: as a site gives it, and as it stands in a text
entries    what is remembered of a feed's entries
claims     what an article claims, tied to the sentences that say it
corrections  what an operator corrects on a page
pages      a page, sentence by sentence, and the version that freezes it
threads    a discussion that is followed, and where it is looked for
sources    how the addresses that threads look at have answered
arrivals   what watched feeds bring, before any thread has it
runs       what a run of one thread did, or would do
batches    what a batch did, one line a thread
workers    what a worker says that it does
notices    what an operator is told where they are, and how far that is
days       what changed across all threads on one day
replies    what goes to a model and what comes back
prices     what tokens cost
endpoints  what has been found out about an endpoint and a model
dates      calendar dates that are only as precise as their source
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

PROGRAM: Final = "0.1.0"
"""The version of the program that makes the records."""


class Record(BaseModel):
    """A value: frozen, closed to unknown fields, equal by content. Where a field has an alias, that is its name in
    JSON, in the store and in what other programs read, and never changes; the field itself has the code's name."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
        defer_build=True,  # many kinds of records are not met in a run
    )
