"""Commands that begin, run and close threads, and change their sources, settings, cast and pages."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import format as terminal
from pipeline.cli.app import Home, Json, Slug, app, machine_of, print_result, stage_named
from pipeline.cli.progress import print_left_out, print_lines_left_out, print_progress, run_progress


@app.command()
def demo(home: Home = None, as_json: Json = False, record: Annotated[bool, typer.Option(hidden=True)] = False) -> int:
    """Replay the demonstration: no key, no network. Its site is left in demo/site/, or HOME/site/."""
    from pipeline.app import demo as demonstration

    demo_home = home or Path("demo")
    if record:
        reports = demonstration.record(demo_home, print_progress)
    else:
        _, reports = demonstration.play(demo_home, print_progress)
    index = demo_home / "site" / "index.html"
    print_result(
        {"runs": [report.model_dump(mode="json") for report in reports], "site": str(index)},
        as_json,
        lambda: [*(line for report in reports for line in terminal.report_lines(report)), f"site: {index}"],
    )
    return max(report.exit_code for report in reports)


@app.command()
def init(home: Home = None, as_json: Json = False) -> int:
    """Write a settings file to begin with: every setting in a comment."""
    from pipeline.app.settings_file import write_settings_file

    file = write_settings_file(home or Path("machine"))
    print_result({"file": str(file)}, as_json, lambda: [f"{file}: every setting, in comments, as it is without it"])
    return 0


@app.command()
def new(
    slug: Annotated[str, typer.Argument(help="The thread's address: a-z, 0-9 and hyphens. It lasts.")],
    title: Annotated[str, typer.Option(help="What the discussion is about.")],
    page: Annotated[list[str] | None, typer.Option(help="A page to read. May be given often.")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="A feed, or a page that names one.")] = None,
    search: Annotated[list[str] | None, typer.Option(metavar="WORDS", help="Words to search for at each run.")] = None,
    opml: Annotated[list[Path] | None, typer.Option(help="A list of feeds that another reader exported.")] = None,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language its page is written in: de, ja … (default: the title's)")
    ] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Begin a thread."""
    from pipeline.fetch.source_list import SourceList

    source_list = SourceList(page or (), feed or (), search or (), opml or ())
    print_left_out(source_list)
    begun = machine_of(home, begin=True).editor.new(slug, title, source_list, language)
    places = "1 source" if len(begun.sources) == 1 else f"{len(begun.sources)} sources"
    print_result(
        begun.model_dump(mode="json"),
        as_json,
        lambda: [f"thread {begun.slug}: {begun.title}, {places}. Run it with `thread {begun.slug}`."],
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
    comments: Annotated[
        bool, typer.Option("--comments", help="Read the comments below articles too, as discussions of their own.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Run a thread: fetch, read, extract, write, check, publish."""
    from pipeline.errors import UsageError

    stage = stage_named(begin)
    if plan:
        if record or replay or comments or begin != "fetch":
            raise UsageError("--plan tells of an ordinary run: give it alone")
        run_plan = machine_of(home).plan(slug)
        plan_json = {**run_plan.model_dump(mode="json"), "calls": run_plan.calls, "tokens": run_plan.tokens}
        print_result(plan_json, as_json, partial(terminal.plan_lines, run_plan))
        return 1 if run_plan.problems else 0
    with run_progress() as progress:
        report = machine_of(home, progress, begin=bool(replay)).run(
            slug, stage, record=record, replay=replay, comments=comments
        )
    print_result(report.model_dump(mode="json"), as_json, partial(terminal.report_lines, report))
    return report.exit_code


@app.command(name="set")
def set_(
    slug: Slug,
    key: Annotated[str, typer.Argument(help="A setting, by its section and name: model.name, thread.language …")],
    value: Annotated[str | None, typer.Argument(help="Its value for this thread.", show_default=False)] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Leave it to the settings again.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Give a thread a setting of its own: its next run goes by it."""
    from pipeline.errors import UsageError

    if (value is None) is not unset:
        raise UsageError(f"give {key} a value, or --unset: `show {slug} --settings` has what it is now")
    settings = machine_of(home).set(slug, key, value)
    print_result(
        terminal.settings_json(slug, settings),
        as_json,
        lambda: terminal.setting_lines([setting for setting in settings if setting.key == key]),
    )
    return 0


@app.command()
def close(
    slug: Slug,
    reason: Annotated[str, typer.Option(help="Why, in a few words: the page shows it.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Close a thread. News opens it again."""
    machine = machine_of(home)
    machine.editor.close(slug, reason)
    machine.publish()
    print_result({"thread": slug, "state": "closed"}, as_json, lambda: [f"{slug} is closed; news opens it again"])
    return 0


@app.command()
def reopen(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Make a quiet or closed thread live again."""
    machine = machine_of(home)
    machine.editor.reopen(slug)
    machine.publish()
    print_result({"thread": slug, "state": "live"}, as_json, lambda: [f"{slug} is live"])
    return 0


@app.command()
def delete(
    slug: Slug,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Delete a thread with its versions and pages, after a backup of the store."""
    from pipeline.errors import UsageError

    machine = machine_of(home)
    versions = len(machine.history(slug))
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise UsageError(f"nobody can be asked whether {slug!r} is to be deleted: say --yes")
        question = f"{slug} has {versions} versions, and their addresses will be gone. Delete it?"
        if not typer.confirm(question, err=True) or typer.prompt("Its slug, to be sure", err=True) != slug:
            raise UsageError(f"{slug!r} was not deleted")
    kept = machine.delete(slug)
    print_result(
        {"thread": slug, "backup": str(kept)},
        as_json,
        lambda: [f"{slug} is deleted; {kept} has the store as it was (`restore` puts it into a new home)"],
    )
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
    from pipeline.fetch.opml import opml as opml_of
    from pipeline.fetch.opml import shareable
    from pipeline.fetch.source_list import SourceList

    machine = machine_of(home)
    if page or feed or search or opml:
        source_list = SourceList(page or (), feed or (), search or (), opml or ())
        print_left_out(source_list)
        machine.editor.follow(slug, source_list)
    for address in drop or ():
        machine.editor.unfollow(slug, address)
    rows, blocked = machine.queries.sources(slug), machine.queries.blocked_sources(slug)
    feeds = shareable([source.address for source, _ in rows if source.kind == "feed"])
    if as_opml:
        print_lines_left_out(feeds.left_out)
    print_result(
        {
            "thread": slug,
            "sources": [
                {**source.model_dump(), **status.model_dump(mode="json"), "blocked": source.address in blocked}
                for source, status in rows
            ],
        },
        as_json,
        lambda: [opml_of(slug, feeds.addresses).rstrip()] if as_opml else terminal.source_lines(rows, blocked),
    )
    return 0


@app.command()
def cast(
    slug: Slug,
    join: Annotated[
        tuple[str, str] | None, typer.Option(metavar="NAME OTHER", help="Both are one voice, the one NAME stands for.")
    ] = None,
    part: Annotated[
        tuple[str, str] | None, typer.Option(metavar="NAME OTHER", help="OTHER is another voice than NAME.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show who is who in a thread; join names, or part them."""
    machine = machine_of(home)
    if join:
        machine.join(slug, *join)
    if part:
        machine.part(slug, *part)
    found = machine.cast(slug)
    print_result(
        {
            "thread": slug,
            "version": found.version.version,
            "waiting": found.waiting,
            "cast": [{**voice.model_dump(), "words": found.words(voice)} for voice in found.voices],
        },
        as_json,
        partial(terminal.cast_lines, found),
    )
    return 0


@app.command()
def correct(
    slug: Slug,
    title: Annotated[str | None, typer.Option(metavar="WORDS", help="What its page is to be headed.")] = None,
    voice: Annotated[
        tuple[str, str] | None, typer.Option(metavar="NAME NEW", help="The voice NAME is called NEW.")
    ] = None,
    date: Annotated[
        tuple[int, str] | None,
        typer.Option(metavar="NUMBER DATE", help="Source NUMBER is of that date: 2016, 2016-11, 2016-11-10, or none."),
    ] = None,
    because: Annotated[str, typer.Option(metavar="WORDS", help="Why: the page shows it.")] = "",
    undo: Annotated[int | None, typer.Option(metavar="NUMBER", help="Take this correction back.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Correct what a thread's page has wrong, or take that back."""
    from pipeline.errors import UsageError

    machine = machine_of(home)
    given = [each for each in (title, voice, date, undo) if each is not None]
    if len(given) > 1 or (because and (not given or undo is not None)):
        raise UsageError("correct one thing at a time: give --title, --voice, --date or --undo, and --because with it")
    if title is not None:
        machine.corrector.title(slug, title, because)
    if voice:
        machine.corrector.voice(slug, *voice, because)
    if date:
        machine.corrector.date(slug, *date, because)
    if undo is not None:
        machine.corrector.undo(slug, undo)
    if given:
        machine.publish()
    corrections = machine.queries.corrections(slug)
    print_result(
        {"thread": slug, "corrections": [each.model_dump(mode="json") for each in corrections]},
        as_json,
        partial(terminal.correction_lines, corrections),
    )
    return 0


@app.command()
def threads(home: Home = None, as_json: Json = False) -> int:
    """List the threads."""
    lines = machine_of(home).queries.threads()
    print_result(
        {
            "threads": [
                {
                    **line.thread.model_dump(mode="json"),
                    "version": line.version.version if line.version else None,
                    "last_run": line.last_run.model_dump(mode="json") if line.last_run else None,
                    **({"items": [item.model_dump(mode="json") for item in line.proposed]} if line.proposed else {}),
                }
                for line in lines
            ]
        },
        as_json,
        lambda: (
            [shown for line in lines for shown in terminal.thread_lines(line)]
            or ["no threads yet: begin one with `new SLUG --title … --page URL`"]
        ),
    )
    return 0
