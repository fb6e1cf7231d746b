"""An operator's words in, an exit code out."""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import typer

from pipeline.commands import CLOSING, STOPPING, app, following, reading, unattended
from pipeline.errors import MachineError

__all__ = ["following", "main", "reading", "unattended"]  # imported for their commands

_GRACE_S = 3.0
_INTERRUPTED = 130  # what typer makes of Ctrl-C
_STOPPED = "stopped by the operator: what was fetched and answered is kept"


def main() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    wants_json = "--json" in sys.argv[1:]
    STOPPING.begin()
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # as under nohup
            signal.signal(name, _told_to_stop)
    try:
        code = app(prog_name=Path(sys.argv[0]).name, standalone_mode=False)
    except MachineError as error:
        code = _failed(str(error), error.exit_code, wants_json)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except typer.TyperException as error:
        code = _failed(getattr(error, "format_message", error.__str__)(), 2, wants_json)
    except BrokenPipeError:  # whoever reads the output has enough
        code = 0
    except OSError as error:
        code = _failed(f"the operating system refuses: {error}", 1, wants_json)
    if code == _INTERRUPTED:
        STOPPING.tell()
        code = _failed(_STOPPED, 1, wants_json)
    if STOPPING.told:
        _wait_for_answers(code or 0)
    CLOSING.close()
    sys.exit(_all_said(code or 0))


def _told_to_stop(_signal: int, _frame: object) -> None:
    STOPPING.tell()
    raise KeyboardInterrupt


def _wait_for_answers(code: int) -> None:
    """What is under way has a moment to be kept; then the process ends, whoever still waits: everything is kept so
    that it may end at any instant."""
    end = time.monotonic() + _GRACE_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, end - time.monotonic()))
    if any(t.is_alive() and not t.daemon for t in threading.enumerate() if t is not threading.current_thread()):
        os._exit(_all_said(code))


def _all_said(code: int) -> int:
    """What is still to be said is said while an error can be told. An output that takes it no more is let go of: the
    interpreter would try again as it ends, and fail in its own words."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            if stream:
                stream.flush()
        except OSError as error:
            setattr(sys, name, None)
            if name == "stdout" and not isinstance(error, BrokenPipeError):
                code = _failed(f"the output could not be written: {error}", code or 1, wants_json=False)
    return code


def _failed(message: str, code: int, wants_json: bool) -> int:
    with suppress(OSError):  # nobody may be left to tell
        print(f"error: {message}", file=sys.stderr)
    if wants_json:
        print(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False))
    return code
