"""The search index of a site: made by pagefind from the pages themselves, asked by the reader's own browser."""

import subprocess
import sys
from pathlib import Path

FOLDER = "pagefind"
_NEEDED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
_SEARCHED = "{threads,items,today}/*/index.html"
_MOST_S = 600


def index(site: Path) -> bool:
    """Makes the index beside the pages of `site`, and says whether it could: a site without one is whole, and its
    search page says so. Only what the search page asks for is kept."""
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--output-subdir", FOLDER]
    command += ["--keep-index-url", "--quiet", "--glob", _SEARCHED]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_MOST_S)  # noqa: S603 - our own words, no shell
    except (OSError, subprocess.SubprocessError):
        return False
    made = site / FOLDER
    needed = {file for pattern in _NEEDED for file in made.glob(pattern)}
    for file in made.iterdir():
        if file.is_file() and file not in needed:
            file.unlink()
    return True
