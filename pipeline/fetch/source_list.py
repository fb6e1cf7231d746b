"""Where to look, as an operator says it, made into places a thread can keep."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.fetch.addresses import checked_address
from pipeline.fetch.opml import OpmlFeeds, parse_opml
from pipeline.records.threads import SourceAddress
from pipeline.text import one_line

_LONGEST = 2000  # characters; places are found by their address, and a database's index takes no more for sure


class SourceList(NamedTuple):
    """Where to look, as an operator gives it: addresses, words to search for, files of feeds."""

    pages: Sequence[str] = ()
    feeds: Sequence[str] = ()
    searches: Sequence[str] = ()
    opml: Sequence[Path] = ()

    def left_out(self) -> tuple[str, ...]:
        """What the files have that is no usable feed: each file and line, and why. Raises UsageError as `sources`."""
        return tuple(f"{file}, {line}" for file in self.opml for line in _feeds_in(file).left_out)

    def sources(self) -> tuple[SourceAddress, ...]:
        """Each place once. Raises UsageError for one that cannot be used."""
        feeds = [*self.feeds, *(feed for file in self.opml for feed in _feeds_in(file).addresses)]
        found = [SourceAddress(kind="page", address=checked_address(url)) for url in self.pages]
        found += [SourceAddress(kind="feed", address=checked_address(url)) for url in feeds]
        for words in self.searches:
            if not one_line(words):
                raise UsageError("a search needs words: --search WORDS")
            found.append(SourceAddress(kind="search", address=one_line(words)))
        for source in found:
            if len(source.address) > _LONGEST:
                raise UsageError(f"{source.address[:60]}… is longer than {_LONGEST} characters: shorten it")
        return tuple(dict.fromkeys(found))


def _feeds_in(file: Path) -> OpmlFeeds:
    try:
        feeds = parse_opml(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}): name an OPML file") from error
    if not feeds.addresses:
        why = f" ({feeds.left_out[0]})" if feeds.left_out else ""
        raise UsageError(f"{file} names no feed{why}: export it from your reader again")
    return feeds
