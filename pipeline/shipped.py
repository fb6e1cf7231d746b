"""Finds the files that ship beside the code: `prompts/` and the demo.

In a checkout and an editable install they stand beside `pipeline/`; a wheel carries them inside it.
"""

from pathlib import Path

from pipeline.errors import MachineError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_shipped", _PACKAGE.parent)


def shipped(name: str) -> Path:
    """The folder or file `name`, relative to the project's top. Raises MachineError if this install lacks it."""
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise MachineError(f"{name} did not come with this install of the program: install it again")
