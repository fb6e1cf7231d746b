"""The Information Machine: follows a public discussion and keeps one living, cited page about it.

    fetch -> read -> extract -> synthesize -> verify -> a version -> publish

Data flows one way. Each stage's output is stored before the next begins, and a later stage never edits an
earlier record: it adds one.

    from pipeline import open_machine

    with open_machine("machine") as machine:
        machine.new("silence", "Does silence help?", pages=["https://…"])
        report = machine.run("silence")
        version = machine.show("silence")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.app.machine import Machine
    from pipeline.app.wiring import open_machine
    from pipeline.errors import MachineError
    from pipeline.records.pages import Version
    from pipeline.records.runs import RunReport
    from pipeline.records.threads import Thread
    from pipeline.settings import Settings

__all__ = ["Machine", "MachineError", "RunReport", "Settings", "Thread", "Version", "open_machine"]

_HOME_OF = {
    "Machine": "pipeline.app.machine",
    "MachineError": "pipeline.errors",
    "RunReport": "pipeline.records.runs",
    "Settings": "pipeline.settings",
    "Thread": "pipeline.records.threads",
    "Version": "pipeline.records.pages",
    "open_machine": "pipeline.app.wiring",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of what is exported
    """What is exported is imported when first used, so that `--help` stays quick."""
    from importlib import import_module

    if name == "__version__":
        return import_module("pipeline.records").PROGRAM
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
