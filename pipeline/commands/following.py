"""Threads begun, run, closed, and where they look."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import terminal
from pipeline.commands import Home, Json, Slug, app, machine_of, progress, tell


@app.command()
def demo(home: Home = None, as_json: Json = False, record: Annotated[bool, typer.Option(hidden=True)] = False) -> int:
    """Replay the demonstration: no key, no network. Its site is left in demo/site/, or HOME/site/."""
    from pipeline import demo as demonstration

    place = home or Path("demo")
    if record:
        reports = demonstration.record(place, progress)
    else:
        _, reports = demonstration.play(place, progress)
    index = place / "site" / "index.html"
    tell(
        {"runs": [report.model_dump(mode="json") for report in reports], "site": str(index)},
        as_json,
        lambda: [*(line for report in reports for line in terminal.report_lines(report)), f"site: {index}"],
    )
    return max(report.exit_code for report in reports)


@app.command()
def new(
    slug: Annotated[str, typer.Argument(help="The thread's address: a-z, 0-9 and hyphens. It lasts.")],
    title: Annotated[str, typer.Option(help="What the discussion is about.")],
    page: Annotated[list[str] | None, typer.Option(help="A page to read. May be given often.")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="A feed, or a page that names one.")] = None,
    search: Annotated[list[str] | None, typer.Option(metavar="WORDS", help="Words to search for at each run.")] = None,
    opml: Annotated[list[Path] | None, typer.Option(help="A list of feeds that another reader exported.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Begin a thread."""
    from pipeline.places import Places

    places = Places(page or (), feed or (), search or (), opml or ())
    made = machine_of(home, begin=True).desk.new(slug, title, places)
    tell(
        made.model_dump(mode="json"),
        as_json,
        lambda: [f"thread {made.slug}: {made.title}, {len(made.sources)} sources. Run it with `thread {made.slug}`."],
    )
    return 0


@app.command()
def thread(
    slug: Slug,
    begin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="STAGE",
            help="Begin at: fetch, read, extract, synthesize, verify or publish. From extract on, that stage is "
            "done again even where nothing is new.",
        ),
    ] = "fetch",
    record: Annotated[Path | None, typer.Option(help="Keep pages, answers and clock in this folder.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Take pages, answers and clock from this folder.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Say what a run would do and cost, and do nothing.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Run a thread: fetch, read, extract, write, check, publish."""
    from pipeline.errors import UsageError
    from pipeline.records.runs import STAGES

    stage = next((stage for stage in STAGES if stage == begin), None)
    if stage is None:
        raise UsageError(f"there is no stage {begin!r}: begin at one of {', '.join(STAGES)}")
    if plan:
        if record or replay or begin != "fetch":
            raise UsageError("--plan tells of an ordinary run: give it without --from, --record and --replay")
        found = machine_of(home).plan(slug)
        priced = {**found.model_dump(mode="json"), "calls": found.calls, "tokens": found.tokens}
        tell(priced, as_json, partial(terminal.plan_lines, found))
        return 1 if found.troubles else 0
    report = machine_of(home).run(slug, stage, record, replay)
    tell(report.model_dump(mode="json"), as_json, partial(terminal.report_lines, report))
    return report.exit_code


@app.command()
def close(
    slug: Slug,
    reason: Annotated[str, typer.Option(help="Why, in a few words: the page shows it.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Close a thread. News opens it again."""
    machine_of(home).desk.close(slug, reason)
    tell({"thread": slug, "state": "closed"}, as_json, lambda: [f"{slug} is closed; news opens it again"])
    return 0


@app.command()
def reopen(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Make a quiet or closed thread live again."""
    machine_of(home).desk.reopen(slug)
    tell({"thread": slug, "state": "live"}, as_json, lambda: [f"{slug} is live"])
    return 0


@app.command()
def sources(
    slug: Slug,
    page: Annotated[list[str] | None, typer.Option(help="Read this page too.")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="Follow this feed too.")] = None,
    search: Annotated[list[str] | None, typer.Option(metavar="WORDS", help="Search for these words too.")] = None,
    opml: Annotated[list[Path] | None, typer.Option(help="Follow the feeds of this list too.")] = None,
    drop: Annotated[list[str] | None, typer.Option(metavar="PLACE", help="Look there no more.")] = None,
    as_opml: Annotated[bool, typer.Option("--as-opml", help="The feeds as a list for another reader.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show where a thread looks and how each place answered; add or drop places."""
    from pipeline.fetch.opml import opml as list_of
    from pipeline.places import Places

    machine = machine_of(home)
    if page or feed or search or opml:
        machine.desk.follow(slug, Places(page or (), feed or (), search or (), opml or ()))
    for place in drop or ():
        machine.desk.unfollow(slug, place)
    found = machine.archive.sources(slug)
    feeds = tuple(source.address for source, _ in found if source.kind == "feed")
    tell(
        {"thread": slug, "sources": [{**s.model_dump(), **status.model_dump(mode="json")} for s, status in found]},
        as_json,
        lambda: [list_of(slug, feeds).rstrip()] if as_opml else terminal.source_lines(found),
    )
    return 0


@app.command()
def threads(home: Home = None, as_json: Json = False) -> int:
    """List the threads."""
    found = machine_of(home).archive.threads()
    tell(
        {
            "threads": [
                {
                    **line.thread.model_dump(mode="json"),
                    "version": line.version.version if line.version else None,
                    "last_run": line.last_run.model_dump(mode="json") if line.last_run else None,
                }
                for line in found
            ]
        },
        as_json,
        lambda: (
            [
                f"{t.slug}  {t.state}  {f'v{version.version}' if version else 'no version'}  {t.title}"
                for t, version, _ in found
            ]
            or ["no threads yet: begin one with `new SLUG --title … --page URL`"]
        ),
    )
    return 0
