"""Runs the command line: arguments in, an exit code out."""

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

from pipeline.cli import following, reading, unattended
from pipeline.cli.app import ON_EXIT, STOP_SIGNAL, app
from pipeline.errors import MachineError, in_one_line

__all__ = ["following", "main", "reading", "unattended"]  # imported for their commands

_DEBUG = "INFORMATION_MACHINE_DEBUG"  # set, an unforeseen error ends in its traceback
_GRACE_S = 3.0  # for running work to end after a signal; chosen, not measured
_INTERRUPTED = 130  # what typer makes of Ctrl-C, and shells expect of a program that it ended
_STOPPED = "stopped by the operator: what was fetched and answered is kept"


def main() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    wants_json = "--json" in sys.argv[1:]
    STOP_SIGNAL.clear()
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # as under nohup
            signal.signal(name, _on_signal)
    try:
        code = app(prog_name=Path(sys.argv[0]).name, standalone_mode=False)
    except MachineError as error:
        code = _failed(str(error), error.exit_code, wants_json)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except typer.TyperException as error:
        code = _failed(getattr(error, "format_message", error.__str__)(), 2, wants_json)
    except BrokenPipeError:  # the reader of the output has closed it
        code = 0
    except OSError as error:
        code = _failed(f"the operating system refuses: {error}", 1, wants_json)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        message = (
            f"a fault of this program ({in_one_line(error)}): what was stored before is kept; {_DEBUG}=1 tells more"
        )
        code = _failed(message, 1, wants_json)
    if code == _INTERRUPTED:
        code = _failed(_STOPPED, 1 if STOP_SIGNAL.is_set else _INTERRUPTED, wants_json)  # set: by a signal of a manager
        STOP_SIGNAL.set()
    if STOP_SIGNAL.is_set:
        _wait_for_threads(code or 0)
    ON_EXIT.close()
    sys.exit(_flush_output(code or 0))


def _on_signal(_signal: int, _frame: object) -> None:
    STOP_SIGNAL.set()
    raise KeyboardInterrupt


def _wait_for_threads(code: int) -> None:
    """Gives running threads a moment to store their results, then ends the process even if some still run: what is
    stored is consistent at any instant."""
    end = time.monotonic() + _GRACE_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, end - time.monotonic()))
    if any(t.is_alive() and not t.daemon for t in threading.enumerate() if t is not threading.current_thread()):
        os._exit(_flush_output(code))


def _flush_output(code: int) -> int:
    """Flushes the output while an error can still be reported; returns the exit code. A stream that fails is dropped:
    the interpreter would flush it again at its end, and fail with a message of its own."""
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
    """Prints an error, also as JSON where that was asked for; returns the exit code."""
    with suppress(OSError):  # the terminal may be gone
        print(f"error: {message}", file=sys.stderr)
    if wants_json:
        print(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False))
    return code
