"""What is told on a terminal while a run goes on, and what is left out of a log."""

import io
import sys

import pytest

from pipeline.cli.progress import batch_progress, run_progress, show_less_or_more
from pipeline.records.replies import Message, Request
from pipeline.records.runs import ProgressEvent
from pipeline.runs.announcing import AnnouncingLayer
from pipeline.testing import FixedClock, ScriptedModel

WRITING = ProgressEvent("silence", "model", "is writing: 1 × page", "passing")
READ = ProgressEvent("silence", "read", "1 new texts")


@pytest.fixture(autouse=True)
def _as_usual():
    show_less_or_more(quiet=False, verbose=False)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_what_the_model_is_asked_is_told_while_it_is_asked():
    told = []
    layer = AnnouncingLayer(ScriptedModel({"page": "{}"}), told.append, "silence")
    layer.complete(
        Request(model="m", messages=(Message(role="user", content="x"),), prompt_name="page", answer_schema={})
    )
    assert told == [WRITING]


def test_a_terminal_shows_what_is_under_way_below_the_steps(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with run_progress() as progress:
        progress(READ)
        progress(WRITING)
    shown = sys.stderr.getvalue()
    assert "read        1 new texts" in shown
    assert "is writing: 1 × page" in shown


def test_a_log_has_no_line_for_what_is_under_way(capsys):
    with run_progress() as one, batch_progress(FixedClock()) as many:
        for progress in (one, many):
            progress(READ)
            progress(WRITING)
    assert "writing" not in capsys.readouterr().err
