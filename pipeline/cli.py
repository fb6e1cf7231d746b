"""An operator's words in, an exit code out."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import typer

from pipeline.commands import app, following, reading
from pipeline.errors import MachineError

__all__ = ["following", "main", "reading"]  # imported for their commands

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
