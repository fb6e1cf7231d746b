"""The program as a library: the example in the documents, and what a Python program meets."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline import MachineError, open_machine
from tests.house.test_architecture import ROOT

DOCUMENT = ROOT / "docs/json.md"


def example() -> str:
    return re.search(r"## From Python.*?```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)[1]


def test_the_documents_example_runs(home: Path, web, capsys):
    code = example().replace('"machine"', repr(str(home))).replace("https://…", f"{web.base}/a")
    assert len(code.strip().splitlines()) <= 10
    assert str(home) in code
    assert web.base in code
    exec(compile(code, DOCUMENT.name, "exec"), {})  # noqa: S102 - our own words
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "new version []"
    assert printed[1].endswith("[1]")


def test_the_steps_of_a_run_are_values(home: Path, web):
    steps = []
    with open_machine(home, steps.append) as machine:
        machine.new("silence", "Silence", pages=[f"{web.base}/a", f"{web.base}/none"])
        machine.run("silence")
    assert [event.step for event in steps if event.level == "info"] == [
        "fetch", "read", "extract", "synthesize", "verify", "version", "publish",
    ]  # fmt: skip
    assert [(event.thread, event.text) for event in steps if event.level == "problem"] == [
        ("silence", f"{web.base}/none answered 404")
    ]


def test_what_goes_wrong_raises_one_kind_of_error(home: Path):
    with open_machine(home) as machine, pytest.raises(MachineError, match="there is no thread 'none'"):
        machine.run("none")


def test_all_that_is_exported_is_there():
    assert {name for name in pipeline.__all__ if getattr(pipeline, name, None) is None} == set()
    assert pipeline.__version__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pipeline.nothing
    assert (Path(pipeline.__file__).parent / "py.typed").exists()


def test_the_package_is_a_program():
    done = subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert "Commands:" in done.stdout
