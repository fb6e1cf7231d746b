"""An operator's words in, an exit code out. No logic: each command asks the machine and says what came back.

Results go to standard output, progress and errors to standard error. With --json, standard output holds one JSON
object and nothing else.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from pipeline import terminal
from pipeline.errors import MachineError

if TYPE_CHECKING:
    from pipeline.machine import Machine

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="The Information Machine keeps one living, cited page about a public discussion.",
    epilog="Exit codes: 0 done or nothing new, 1 part failed, 2 usage or settings, 3 busy, 4 allowance spent.",
)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of settings, store and site.", show_default="machine")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Slug = Annotated[str, typer.Argument(help="The thread.")]


_INTERRUPTED = 130  # what typer makes of Ctrl-C
_STOPPED = "stopped by the operator: what was fetched and answered is kept"


def main() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    wants_json = "--json" in sys.argv[1:]
    try:
        code = app(prog_name=Path(sys.argv[0]).name, standalone_mode=False)
    except MachineError as error:
        code = _failed(str(error), error.exit_code, wants_json)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except typer.TyperException as error:
        code = _failed(getattr(error, "format_message", error.__str__)(), 2, wants_json)
    except BrokenPipeError:
        code = 0
    if code == _INTERRUPTED:
        code = _failed(_STOPPED, 1, wants_json)
    sys.exit(code or 0)


def _failed(message: str, code: int, wants_json: bool) -> int:
    print(f"error: {message}", file=sys.stderr)
    if wants_json:
        print(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False))
    return code


def _tell(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:  # noqa: ANN401 - any JSON
    if as_json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        print("\n".join(lines()))


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _machine(home: Path | None, *, begin: bool = False) -> "Machine":
    """The machine of the home named, or of `machine/`; where only the demo has been run, of `demo/`."""
    from pipeline.wiring import machine

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    return machine(home, _progress)


@app.command()
def demo(home: Home = None, as_json: Json = False, record: Annotated[bool, typer.Option(hidden=True)] = False) -> int:
    """Replay the demonstration: no key, no network. Its site is left in demo/site/, or HOME/site/."""
    from pipeline import demo as demonstration

    place = home or Path("demo")
    if record:
        reports = demonstration.record(place, _progress)
    else:
        _, reports = demonstration.play(place, _progress)
    index = place / "site" / "index.html"
    _tell(
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
    made = _machine(home, begin=True).new(slug, title, places)
    _tell(
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
        found = _machine(home).plan(slug)
        priced = {**found.model_dump(mode="json"), "calls": found.calls, "tokens": found.tokens}
        _tell(priced, as_json, partial(terminal.plan_lines, found))
        return 1 if found.troubles else 0
    report = _machine(home).run(slug, stage, record, replay)
    _tell(report.model_dump(mode="json"), as_json, partial(terminal.report_lines, report))
    return report.exit_code


@app.command()
def close(
    slug: Slug,
    reason: Annotated[str, typer.Option(help="Why, in a few words: the page shows it.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Close a thread. News opens it again."""
    _machine(home).close(slug, reason)
    _tell({"thread": slug, "state": "closed"}, as_json, lambda: [f"{slug} is closed; news opens it again"])
    return 0


@app.command()
def reopen(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Make a quiet or closed thread live again."""
    _machine(home).reopen(slug)
    _tell({"thread": slug, "state": "live"}, as_json, lambda: [f"{slug} is live"])
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

    machine = _machine(home)
    if page or feed or search or opml:
        machine.follow(slug, Places(page or (), feed or (), search or (), opml or ()))
    for place in drop or ():
        machine.unfollow(slug, place)
    found = machine.sources(slug)
    feeds = tuple(source.address for source, _ in found if source.kind == "feed")
    _tell(
        {"thread": slug, "sources": [{**s.model_dump(), **status.model_dump(mode="json")} for s, status in found]},
        as_json,
        lambda: [list_of(slug, feeds).rstrip()] if as_opml else terminal.source_lines(found),
    )
    return 0


@app.command()
def threads(home: Home = None, as_json: Json = False) -> int:
    """List the threads."""
    found = _machine(home).threads()
    _tell(
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


@app.command()
def show(
    slug: Slug,
    version: Annotated[int | None, typer.Option(min=1, help="A version; else the last.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="md|json", help="Markdown or JSON.")] = "md",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show a version of a thread."""
    from pipeline.errors import UsageError
    from pipeline.publish.site import version_json, version_markdown

    if form not in ("md", "json"):
        raise UsageError(f"there is no format {form!r}: give md or json")
    found = _machine(home).version(slug, version)
    print((version_json if as_json or form == "json" else version_markdown)(found), end="")
    return 0


@app.command()
def history(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """List a thread's versions, newest first."""
    found = _machine(home).versions(slug)[::-1]
    _tell(
        {
            "thread": slug,
            "versions": [
                {
                    "version": v.version,
                    "made_at": f"{v.made_at:%Y-%m-%dT%H:%M:%SZ}",
                    "items": v.items.model_dump(),
                }
                for v in found
            ],
        },
        as_json,
        lambda: (
            [
                f"v{v.version}  {v.made_at:%Y-%m-%d %H:%M} UTC  "
                f"{v.items.total} items, {v.items.cited} cited  {v.thread.title}"
                for v in found
            ]
            or [f"no version yet: run `thread {slug}`"]
        ),
    )
    return 0


@app.command()
def diff(
    slug: Slug,
    before: Annotated[int, typer.Argument(min=1, help="The earlier version.")],
    after: Annotated[int, typer.Argument(min=1, help="The later version.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show what changed between two versions of a thread."""
    found = _machine(home).difference(slug, before, after)
    _tell(found.model_dump(mode="json"), as_json, partial(terminal.difference_lines, found))
    return 0


@app.command()
def item(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="The item's id.")],
    text: Annotated[bool, typer.Option("--text", help="The text it was read as, that offsets count in.")] = False,
    apart: Annotated[
        bool | None, typer.Option("--apart/--not-apart", help="It repeats no other item, whatever it looks like.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show an item: what it claims, or the text it was read as."""
    from pipeline.publish.site import item_json, item_markdown

    machine = _machine(home)
    if apart is not None:
        machine.set_apart(item_id, apart)
    card, snapshot = machine.item(item_id)
    if text:
        words = snapshot.text if snapshot else ""
        _tell(
            {"id": item_id, "snapshot": snapshot.id if snapshot else None, "text": words},
            as_json,
            lambda: [words],
        )
    else:
        print((item_json if as_json else item_markdown)(card), end="")
    return 0


@app.command()
def verify(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Prove a thread again, offline: every citation to its words, every sentence through the checks."""
    proofs = _machine(home).prove(slug)
    failed = [failure for proof in proofs for failure in proof.failures]
    totals = {
        key: sum(getattr(proof, key) for proof in proofs)
        for key in ("sentences", "readings", "citations", "resolved", "quotations", "exact")
    }
    _tell(
        {
            "thread": slug,
            **totals,
            "failures": failed,
            "versions": [proof.model_dump(mode="json") for proof in proofs],
        },
        as_json,
        lambda: [
            f"{len(proofs)} versions, {totals['sentences']} sentences ({totals['readings']} the machine's own reading)",
            f"citations resolved: {totals['resolved']} of {totals['citations']}",
            f"quotations exact:   {totals['exact']} of {totals['quotations']}",
            *(f"FAILED {failure}" for failure in failed),
        ],
    )
    return 1 if failed else 0


@app.command()
def publish(home: Home = None, as_json: Json = False) -> int:
    """Make the whole site again from what is stored."""
    machine = _machine(home)
    count = machine.publish()
    index = machine.site_folder / "index.html"
    _tell({"files": count, "site": str(index)}, as_json, lambda: [f"{count} files", f"site: {index}"])
    return 0


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Serve the site on this machine, for reading."""
    machine = _machine(home)
    with machine.serving(port) as (address, wait):
        _tell({"address": address}, as_json, lambda: [f"{address} serves {machine.site_folder}; Ctrl-C ends it"])
        sys.stdout.flush()
        wait()
    return 0


@app.command()
def check(home: Home = None, as_json: Json = False) -> int:
    """Check settings, store and endpoint, with a plain verdict for each."""
    verdicts = _machine(home, begin=True).check()
    _tell(
        {name: {"ok": well, "verdict": verdict} for name, well, verdict in verdicts},
        as_json,
        lambda: [f"{'ok  ' if well else 'FAIL'}  {name:8}  {verdict}" for name, well, verdict in verdicts],
    )
    return 0 if all(well for _, well, _ in verdicts) else 1
