"""Finds the files that ship with the code: `prompts/` and the demo.

In a checkout and an editable install they lie beside `pipeline/`; a wheel has them inside it.
"""

from pathlib import Path

from pipeline.errors import MachineError

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_shipped", _PACKAGE.parent)


def resource(name: str) -> Path:
    """The folder or file `name`, relative to the project's root. Raises MachineError if this install lacks it."""
    for root in _ROOTS:
        if (root / name).exists():
            return root / name
    raise MachineError(f"{name} did not come with this install of the program: install it again")
