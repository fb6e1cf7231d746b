"""The documents say what is so: help, settings, exit codes, and nothing that must not stand in the repository."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipeline import errors
from pipeline.records.runs import STAGES
from pipeline.settings import Settings
from tests import ROOT

README = (ROOT / "README.md").read_text()


def test_the_readme_holds_the_help_as_it_is(run):
    assert f"```text\n{run('--help').out.strip()}\n```" in README


def settings(section: type[BaseModel] = Settings, prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += settings(field.annotation, f"{prefix[:-2]}.{name}] " if prefix else f"[{name}] ")
        else:
            found.append((prefix + name, field.default))
    return found


def test_the_readme_names_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]*) \|$", README, re.MULTILINE))
    assert list(rows) == [name for name, _ in settings()]
    for name, default in settings():
        plain = "" if default in (None, "", frozenset(), {}) else f"{default}"
        if isinstance(default, tuple):
            plain = "`, `".join(default)
        assert rows[name].strip("` ") == plain, name


def test_every_exit_code_is_explained():
    tree = [errors.MachineError]
    for error in tree:
        tree += error.__subclasses__()
    codes = {error.exit_code for error in tree} | {0}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)} == codes
    for error in tree:
        assert error.__name__ in (errors.__doc__ or ""), error


def test_the_stages_are_named_in_the_help(run):
    words = " ".join(run("thread", "--help").out.split())
    assert ", ".join(STAGES[:-1]) + f" or {STAGES[-1]}" in words


def test_every_command_takes_home_and_json(run):
    commands = re.findall(r"^  ([a-z]+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) == 31
    for command in commands:
        words = run(command, "--help").out
        assert "--home" in words, command
        assert "--json" in words, command


def test_help_imports_nothing_that_takes_long():
    """A tenth of a second each, and more, on the machine this was written on (November 2026)."""
    names = ("sqlalchemy", "openai", "trafilatura", "tiktoken", "lxml", "httpx2", "feedparser", "alembic", "vcr")
    tell = f"import sys; from pipeline import cli; print(sorted(set(sys.modules) & set({names!r})))"
    told = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    shown = subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout in README


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
