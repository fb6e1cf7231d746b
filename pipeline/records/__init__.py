"""The words everyone uses: frozen records, with no I/O and no clock.

items -> claims -> pages      a record of one room is made of the records before it
threads, runs, batches        what is followed, and what a run or a batch did
arrivals, days                what feeds bring before any thread has it; what a day brought
sources                       how the places that are looked at have answered
dates                         calendar dates that are only as precise as their source
"""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A value: frozen, closed to unknown fields, equal by content."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
