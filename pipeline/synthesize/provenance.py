"""How a version was made, counted from the replies it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from pipeline.prompts.own import OF_A_VERSION, Prompts
from pipeline.records import PROGRAM
from pipeline.records.claims import Extraction, Loss
from pipeline.records.pages import MadeBy, Page, Tokens, Version
from pipeline.records.prices import Prices
from pipeline.records.replies import Reply
from pipeline.synthesize.citing import Citer
from pipeline.verify.check import CheckResult, Finding
from pipeline.verify.support import SupportResult


class Draft(NamedTuple):
    """A page before it is checked, and how it was made. `citer` turned ids into claims; `kept` counts the sentences
    taken over from the previous version, `left_out` the claims the prompt had no space for; `unused` is why nothing of
    an item was used, by its id; `prompt` is the prompt's name, `lacks` the sections without an answer."""

    page: Page
    citer: Citer
    kept: int
    left_out: int
    unknown_ids: int
    unused: Mapping[str, str]
    replies: Sequence[Reply]
    prompt: str
    lacks: tuple[Loss, ...] = ()


def made_by(
    model: str,
    prompts: Prompts,
    prices: Prices,
    draft: Draft,
    replies: Sequence[Reply],
    extractions: Sequence[Extraction],
    checked: CheckResult,
    judged: SupportResult,
    previous: Version | None,
) -> MadeBy:
    """The provenance of a version. `replies` are all replies that it rests on, including those that an earlier run
    paid for: an interrupted and continued run gives the same figures as an uninterrupted one. What was dropped from a
    text is told by the first version that is made from it."""
    known = previous.made_by.inputs if previous else ()
    codes = Counter(checked.codes()) + Counter(finding.code for finding in judged.findings)
    return MadeBy(
        program=PROGRAM,
        model=model,
        prompts={name: prompts.get(name).fingerprint for name in ("extract", draft.prompt, "support")},
        own_prompts=tuple(name for name in prompts.own if name in OF_A_VERSION),
        calls=len(replies),
        tokens=Tokens(
            prompt=sum(reply.prompt_tokens for reply in replies),
            completion=sum(reply.completion_tokens for reply in replies),
        ),
        estimated=any(reply.estimated for reply in replies),
        price=prices.of_replies(replies),
        kept=draft.kept,
        left_out=draft.left_out,
        checks=checked.checks,
        supported=judged.supported,
        unjudged=judged.unjudged,
        repaired=checked.repaired + judged.rewritten,
        struck=checked.struck + judged.struck,
        found=dict(sorted(codes.items())),
        not_checked=checked.not_checked,
        unknown_ids=draft.unknown_ids,
        inputs=tuple(extraction.id for extraction in extractions),
        losses=(
            *(loss for extraction in extractions if extraction.id not in known for loss in extraction.losses),
            *draft.lacks,
            *(_loss(finding) for finding in (*checked.findings, *judged.findings) if finding.done != "flagged"),
        ),
    )


def _loss(finding: Finding) -> Loss:
    done: Literal["struck", "repaired"] = "struck" if finding.done == "struck" else "repaired"
    return Loss(stage="verify", text=finding.text, reason=finding.detail or finding.code, done=done)
