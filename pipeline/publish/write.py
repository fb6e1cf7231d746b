"""Files become a folder. The new site is built beside the old one and takes its place in one step."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import StoreError


def write(files: Mapping[str, str], folder: Path) -> None:
    """Makes `folder` hold exactly `files` (path below it: text). Raises StoreError where it cannot."""
    folder = folder.absolute()
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    try:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        for name, text in files.items():
            place = fresh / name
            if not place.resolve().is_relative_to(fresh.resolve()):
                raise StoreError(f"{name!r} would be written outside the site: nothing was published")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            folder.replace(old)
        fresh.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"the site {folder} could not be written ({error}): the old one stands") from error
