"""What an article claims, tied to the sentences that say it."""

from typing import Literal

from pydantic import Field, FiniteFloat

from pipeline.records import Record
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Extent
from pipeline.records.posts import Moment

ClaimKind = Literal["background", "fact", "argument", "prediction", "question", "proposal"]
Genre = Literal[
    "news report",
    "opinion",
    "blog post",
    "forum thread",
    "statement",
    "proposal",
    "paper",
    "interview",
    "explainer",
    "other",
]
"""What kind of piece an article is: who speaks in it, and how far it is from its subject."""


class Quotation(Record):
    """Words cut from a snapshot by code: `text` is exactly `snapshot.text[start:end]` (Unicode code points)."""

    start: int
    end: int
    text: str


class Quantity(Record):
    """A quantity that a claim gives: measured, estimated, forecast or demanded. `value` and its margin, if it has one,
    stand in the claim's quotations. `about` says what is measured, `by` whose figure it is, "" for the claim's
    speaker."""

    about: str
    unit: str = ""
    value: FiniteFloat
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    by: str = ""


class Claim(Record):
    """One statement of an article. `quotations` are the whole sentences that prove it; `occurred` is when the thing
    stated happened, not when it was said. `speaker` is None for what an article reports in its own voice. `doubts` are
    what the check of the claim was not sure of. In a discussion `post` is the id of the post that makes it, and
    `posted` when that was written. `figures` are the quantities it gives that others may be compared with."""

    id: str
    item: str
    snapshot: str
    statement: str
    kind: ClaimKind
    speaker: str | None
    occurred: Span
    quotations: tuple[Quotation, ...] = Field(alias="evidence")
    doubts: tuple[str, ...] = ()
    post: str | None = None
    posted: Moment | None = None
    figures: tuple[Quantity, ...] = ()


Part = Literal["author", "quoted", "reported", "named"]
"""What part somebody has in an article: wrote it, is quoted in it, is told of in it, or is merely named."""


class CastMember(Record):
    """Somebody in an article: a person, a body, or the article itself where nobody is named as its writer. `also` are
    the other names it gives them."""

    name: str
    also: tuple[str, ...] = ()
    role: str = ""
    part: Part = "named"


class Loss(Record):
    """Something that was not kept as the model gave it. `claims` are those it names or rests on; `done` says what
    became of it."""

    stage: Literal["extract", "synthesize", "verify"]
    text: str
    claims: tuple[str, ...] = ()
    reason: str
    done: Literal["dropped", "struck", "repaired"]


class Extraction(Record):
    """All that was taken out of one snapshot. `keys` are those its replies are stored under: more than one where a long
    text was asked about in parts. `status` is how far the proposal or plan that it is has got, in its own words.
    `left_out` are the numbers of the sentences that it was not shown, the site's furniture. `dropped` counts the claims
    that were not kept, by reason; `losses` has each of them, and each figure that is not in the sentences of its claim.
    `posts` are those of a discussion that were read, each with a digest of its words: what has the same needs no
    reading again. `language` is the one that summary and statements are written in; quotations, names and works are
    the source's."""

    id: str
    snapshot: str
    keys: tuple[str, ...]
    summary: str
    genre: Genre = Field(alias="form")
    author: str | None
    topics: tuple[str, ...]
    key_quotations: tuple[Quotation, ...]
    heard_only_through_others: tuple[str, ...]
    works_described: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    dropped: dict[str, int] = Field(default_factory=dict)
    status: str = ""
    cast: tuple[CastMember, ...] = ()
    losses: tuple[Loss, ...] = ()
    left_out: tuple[int, ...] = ()
    language: str = "en"
    posts: dict[str, str] = Field(default_factory=dict)


class CitedPost(Record):
    """A post of a discussion that a page cites: who wrote it and when, and where it stands."""

    id: str
    name: str
    time: Moment | None = None
    url: str


class Participation(Record):
    """Who takes part in a discussion: how many posts can be read, by how many people, who wrote the most, and when the
    last was written."""

    posts: int
    people: int
    loudest: str
    by_loudest: int
    until: PartialDate | None = None


class Reference(Record):
    """A work as the page names it. `number` is given once in a thread, when the work is first cited, and never changes;
    `language` is that of its text, None where an earlier program did not keep it; `status` is how far the paper, plan
    or decision that it is has got, in its own words ("" where it says nothing); `withdrawn` says that its publisher has
    withdrawn it; `copies` are the ids of the items that repeat it. Of a discussion `posts` are those that the page
    cites, and `participation` says who takes part in it."""

    number: int
    item: str
    title: str
    venue: str
    author: str | None
    date: PartialDate | None
    url: str
    language: str | None = None
    extent: Extent = Field(alias="evidence")
    status: str = ""
    withdrawn: bool = False
    copies: tuple[str, ...] = ()
    posts: tuple[CitedPost, ...] = ()
    participation: Participation | None = None
