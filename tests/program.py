"""The command line as a process of its own, `python -m tests.program WORDS`, that publishes without a search index and
reads pages itself: what makes that, and programs that read, take longer to start than all else takes together."""

from pipeline.app import wiring
from pipeline.cli import main as cli
from pipeline.publish import search_index as search
from pipeline.read.reader import DirectReader


def alone() -> None:
    """From now on this process begins no other."""
    search.index = lambda *_: True
    wiring.shared_pool = DirectReader


if __name__ == "__main__":
    alone()
    cli.main()
