"""The documents say what is so: help, commands, settings, exit codes, messages, fields, figures and links, and nothing
that must not stand in the repository."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from pipeline import errors
from pipeline.cli import app as commands
from pipeline.records.runs import STAGES
from pipeline.settings import Settings
from pipeline.settings.own import OWN
from tests import ROOT

DOCUMENTS = {
    str(file.relative_to(ROOT)): file.read_text()
    for file in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "fixtures/README.md")
}
README, COMMANDS, SETTINGS = (DOCUMENTS[name] for name in ("README.md", "docs/commands.md", "docs/settings.md"))


def blocks(language: str) -> list[tuple[str, str]]:
    """The blocks of code in that language, each with its document."""
    return [
        (name, block)
        for name, text in DOCUMENTS.items()
        for block in re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


def rows(text: str) -> list[list[str]]:
    """The cells of a document's tables, row by row."""
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


# How long, and what leads where


def test_the_readme_can_be_read_at_once():
    assert len(README.encode()) <= 8_000


def headings(text: str) -> set[str]:
    """The fragments by which a document's headings are linked."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.MULTILINE)
    }


def test_every_link_between_documents_leads_somewhere():
    linked = {"README.md"}
    for name, text in DOCUMENTS.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            assert "://" not in target, (name, target)
            path, _, fragment = target.partition("#")
            file = ((ROOT / name).parent / path).resolve() if path else ROOT / name
            assert file.is_file(), (name, target)
            assert not fragment or fragment in headings(file.read_text()), (name, target)
            if name == "README.md":
                linked.add(str(file.relative_to(ROOT)))
    assert {name for name in DOCUMENTS if "/" not in name or re.fullmatch(r"docs/[^/]+", name)} <= linked


def test_files_that_documents_name_are_there():
    for name, text in DOCUMENTS.items():
        for path in re.findall(r"`((?:docs|tests|pipeline|prompts|fixtures)/[\w./-]+)`", text):
            if name != "CHANGELOG.md":  # it tells of what was
                assert (ROOT / path).exists(), (name, path)


def test_the_picture_is_small():
    assert (ROOT / "docs/page.webp").stat().st_size <= 80_000


# Commands


def test_the_help_stands_as_it_is(run):
    assert f"```text\n{run('--help').out.strip()}\n```" in COMMANDS


def commands_told() -> Iterator[tuple[str, str]]:
    """The commands of the program that documents show, in blocks and in lines, each with its document."""
    for name, text in DOCUMENTS.items():
        for line in re.findall(r"python run\.py ([^`\n]+)", text):
            yield name, line.partition(" # ")[0].partition("  #")[0].partition(" | ")[0]


def test_every_command_told_is_understood():
    program: Any = typer.main.get_command(commands.app)
    told = list(commands_told())
    assert len(told) > 60
    for name, line in told:
        words = shlex.split(line.replace("--item ID", "--item 4969e9e82d"))
        try:
            context = program.make_context("run.py", words, resilient_parsing=False)
            if context._protected_args or context.args:
                command_name, command, rest = program.resolve_command(
                    context, [*context._protected_args, *context.args]
                )
                command.make_context(command_name, rest, parent=context)
        except typer.Exit:
            assert words[-1] in ("--help", "--version"), (name, line)
        except Exception as error:
            raise AssertionError(f"{name}: {line}") from error


def test_options_that_prose_names_are_those_of_its_command():
    """`check --test-message`, `item ID --take SLUG`: commands told without the program's name before them."""
    program: Any = typer.main.get_command(commands.app)
    told = 0
    for name, text in DOCUMENTS.items():
        if name == "CHANGELOG.md":  # it tells of what was
            continue
        for span in re.findall(r"`([a-z]+ [^`\n]*--[^`\n]*)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)):
            command = program.commands.get(span.split()[0])
            if command:
                known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
                named = set(re.findall(r"(?<!\S)--[a-z-]+", span))
                assert named <= known | {"--help"}, (name, span)
                told += len(named)
    assert told > 15


def test_variables_of_the_environment_that_documents_name_are_read():
    said = sayings()
    table = SETTINGS.partition("they come from the environment:")[2].partition("\n\nEndpoints")[0]
    named = [variable for row in rows(table) for variable in re.findall(r"`([A-Z_]+)`", row[0])]
    assert len(named) > 6
    for variable in named:
        assert variable == "PGPASSWORD" or variable in said, variable  # that one the driver of PostgreSQL reads


# Settings


def settings(section: type[BaseModel] = Settings, prefix: str = "") -> list[tuple[str, str, object]]:
    """Each setting by its section and name, with what it means and its default."""
    found: list[tuple[str, str, object]] = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += settings(field.annotation, f"{prefix[:-2]}.{name}] " if prefix else f"[{name}] ")
        else:
            found.append((prefix + name, field.description or "", field.default))
    return found


def test_every_setting_is_named_with_its_meaning_and_its_default():
    table = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]*) \|$", SETTINGS, re.MULTILINE)
    defaults = {name: default for name, _, default in table}
    assert list(defaults) == [name for name, _, _ in settings()]
    assert [(name, meaning) for name, meaning, _ in table] == [(name, meaning) for name, meaning, _ in settings()]
    for name, _, default in settings():
        plain = "" if default in (None, "", frozenset(), {}) else f"{default}"
        if isinstance(default, tuple):
            plain = "`, `".join(default)
        assert defaults[name].strip("` ") == plain, name


def test_what_a_thread_may_have_of_its_own_is_listed():
    listed = SETTINGS.partition("## One thread's own")[2]
    assert re.findall(r"`([a-z]+\.[a-z_]+)`", listed) == list(OWN)
    assert set(OWN) <= {re.sub(r"\[(.*)\] ", r"\1.", name) for name, _, _ in settings()}


def test_settings_that_documents_show_are_taken():
    shown = blocks("toml")
    assert len(shown) > 5
    for name, block in shown:
        section = "[model]\n" if name == "docs/endpoints.md" else ""
        Settings.model_validate(tomllib.loads(section + block))
    minimal = next(block for name, block in shown if name == "docs/settings.md")
    assert len(minimal.splitlines()) < 10


def test_settings_named_in_prose_are_settings():
    names = {name for name, _, _ in settings()}
    for name, text in DOCUMENTS.items():
        for setting in re.findall(r"`(\[[a-z.]+\] [a-z_]+)\b", text):
            assert setting in names, (name, setting)


def test_every_exit_code_is_explained():
    tree = [errors.MachineError]
    for error in tree:
        tree += error.__subclasses__()
    codes = {error.exit_code for error in tree} | {0}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", COMMANDS, re.MULTILINE)} == codes
    for error in tree:
        assert error.__name__ in (errors.__doc__ or ""), error


def test_the_stages_are_named_in_the_help(run):
    words = " ".join(run("thread", "--help").out.split())
    assert ", ".join(STAGES[:-1]) + f" or {STAGES[-1]}" in words


def test_every_command_takes_home_and_json(run):
    commands = re.findall(r"^  ([a-z]+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) == 34
    for command in commands:
        words = run(command, "--help").out
        assert "--home" in words, command
        assert "--json" in words, command


def test_help_and_a_run_that_has_begun_import_nothing_that_takes_long():
    """A tenth of a second each, and more, on the machine this was written on (November 2026)."""
    names = ("sqlalchemy", "openai", "trafilatura", "tiktoken", "lxml", "httpx2", "feedparser", "alembic", "vcr")
    tell = f"import sys; from pipeline import cli; print(sorted(set(sys.modules) & set({names!r})))"
    told = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    names = (
        "openai",
        "trafilatura",
        "tiktoken",
        "langcodes",
        "babel.dates",
        "json_repair",
        "justext",
        "lxml",
        "pipeline.discover.terms",
        "minify_html",
        "feedparser",
        "alembic",
        "vcr",
    )
    tell = f"import sys; from pipeline.app import wiring; print(sorted(set(sys.modules) & set({names!r})))"
    told = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n", "a run that finds nothing new needs none of these"
    shown = subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout in COMMANDS


# Messages, fields and figures


def sayings() -> str:
    """What the program says, as its code has it: a string that goes on in the next line is one."""
    code = "\n".join(file.read_text() for file in (ROOT / "pipeline").rglob("*.py"))
    return re.sub(r"([\"'])\n\s*f?\1", "", code)


def test_symptoms_are_what_the_program_says():
    said = sayings()
    told = [row[0] for row in rows(DOCUMENTS["docs/troubleshooting.md"]) if re.match("`[a-zA-Z]", row[0])]
    assert len(told) > 25
    for cell in told:
        for symptom in re.findall("`([^`]+)`", cell):
            words = ".*".join(re.escape(part.strip()) for part in symptom.split("…"))
            assert re.search(words, said), symptom


def test_the_fields_of_a_version_are_told():
    told = DOCUMENTS["docs/json.md"].partition("### A version")[2].partition("\n## ")[0]
    version, item = (
        json.loads((ROOT / f"pipeline/publish/schema/{name}-1.json").read_text()) for name in ("version", "item")
    )
    assert [row[0].strip("`") for row in rows(told)[2:]] == list(version["properties"])
    known: set[str] = set()
    for part in (version, item, *version["$defs"].values()):
        for field, form in part.get("properties", {}).items():
            known |= {field, *form.get("enum", ())}
    for word in re.findall(r"`([a-z_ ]+)`", told):
        assert word in known, word


def test_what_runs_cost_is_what_was_recorded():
    """As the endpoint of each recording counted; how many texts there were stands in what the demo prints, and in the
    sources of the others."""
    languages = ROOT / "fixtures/languages"
    recorded = set()
    for folder in (*(ROOT / "fixtures").glob("demo/recordings/*/*"), *(languages / "recordings").iterdir()):
        kept = json.loads((folder / "exchanges.json").read_text())["interactions"]
        usages = [answer["usage"] for exchange in kept if (answer := answer_of(exchange))]
        read, written = sum(u["prompt_tokens"] for u in usages), sum(u["completion_tokens"] for u in usages)
        ran = re.search(rf"(\d+) new texts, .*; {len(usages)} model calls, {read + written} tokens", README)
        texts = ran[1] if ran else len([*(languages / "sources" / folder.name).rglob("*.html")])
        recorded.add((f"{texts}", f"{len(usages)}", f"{read:,}", f"{written:,}"))
    table = {tuple(row[1:]) for row in rows(README) if len(row) == 5 and row[1].isdigit()}
    assert len(table) == 5
    assert table <= recorded


def answer_of(exchange: dict[str, Any]) -> dict[str, Any] | None:
    """A model's answer; None for a page."""
    body = exchange["response"]["body"]
    if exchange["request"]["method"] != "POST":
        return None
    return body["json"] if "json" in body else json.loads(body.get("string") or "".join(body["lines"]))


# What must not stand in the repository


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout")
def test_nothing_tracked_names_a_package_index_or_holds_a_credential():
    hosts = "|".join(
        re.escape(".".join(parts)) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
    )
    forbidden = re.compile(rf"{hosts}|sk-[A-Za-z0-9_-]{{20,}}|Bearer [A-Za-z0-9._-]{{16,}}")
    for file in tracked():
        if file.is_file():
            found = forbidden.search(file.read_text(errors="replace"))
            assert found is None, (file, found)
    assert not (ROOT / "uv.lock").exists()


def test_constraints_pin_exactly_every_dependency_and_name_no_address():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    named = re.findall(r'^    "([a-z0-9-]+)>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert len(named) > 20
    assert set(named) <= pinned
