"""Records as an operator reads them on a terminal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pydantic would slow `--help`
    from pipeline.changes import Difference
    from pipeline.records.runs import Plan, Report
    from pipeline.records.sources import SourceStatus
    from pipeline.records.threads import SourceAddress


def difference_lines(found: "Difference") -> list[str]:
    """What changed, with + before what is new, - before what is gone, ~ before what is reworded."""
    counts = ", ".join(f"{number} {kind}" for kind, number in found.counts.items())
    lines = [f"{found.thread}: version {found.before} to {found.after}: {counts}"]
    if found.title:
        lines.append(f"~ {found.title[0]} → {found.title[1]}")
    for section in found.sections:
        for part in section.parts:
            note = f" ({part.note})" if part.note else ""
            lines.append(f"\n{section.name}: {part.label}{note}")
            for sentence in part.sentences:
                if sentence.kind == "reworded":
                    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
                    shown = " ".join(marks[run.kind].format(run.text.strip()) for run in sentence.words)
                    lines.append(f"  ~ {shown}")
                elif sentence.kind != "kept":
                    lines.append(f"  {'+' if sentence.kind == 'added' else '-'} {sentence.text}")
    return lines + [f"+ {source}" for source in found.new_sources]


def plan_lines(plan: "Plan") -> list[str]:
    lines = [f"would fetch  {url}" for url in plan.fetch]
    if plan.waiting:
        lines.append(f"{plan.waiting} texts are read and wait to be asked about")
    for kind in plan.questions:
        read, written = kind.prompt_tokens, kind.completion_tokens
        lines.append(f"would ask    {kind.calls} × {kind.kind}: about {read:,} tokens read, {written:,} written")
    price = "price not known" if plan.price is None else f"about {plan.price:.4f}"
    asked = f"at most {plan.calls} model calls, about {plan.tokens:,} tokens, {price}"
    lines.append(f"{plan.thread}: {asked if plan.calls else 'no model calls, unless a page fetched again has changed'}")
    return lines + [f"failed: {trouble.message}" for trouble in plan.troubles]


def source_lines(sources: "list[tuple[SourceAddress, SourceStatus]]") -> list[str]:
    """One line a place: what it is, how it answers, when it last did."""
    lines = []
    for source, status in sources:
        last = f"last well {status.succeeded_at:%Y-%m-%d %H:%M}" if status.succeeded_at else "never well yet"
        said = "not asked yet" if status.tried_at is None else "well"
        if status.gone:
            said = "gone for good: drop it, or name it again to ask again"
        elif status.failures:
            said = f"failed {status.failures}x ({status.reason})"
            said += f", rests until {status.rests_until:%Y-%m-%d %H:%M}" if status.rests_until else ""
        had = f", {status.entries} entries" if status.entries is not None else ""
        moved = f", now at {status.moved_to}" if status.moved_to else ""
        lines.append(f"{source.kind:6}  {source.address}: {said}, {last}{had}{moved}")
    return lines or ["it looks nowhere: name a place with --page, --feed, --search or --opml"]


def report_lines(report: "Report") -> list[str]:
    news = f"version {report.version}" if report.version else report.outcome
    return [
        f"{report.thread}: {news}",
        f"{report.found} pages looked at, {report.new_snapshots} new texts, {report.new_claims} new claims; "
        f"{report.model_calls} model calls, {report.prompt_tokens + report.completion_tokens} tokens",
        *(f"failed: {trouble.message}" for trouble in report.troubles),
    ]
