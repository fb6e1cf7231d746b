"""The command line as a process of its own, `python -m tests.program WORDS`, that publishes without a search index: what
makes it takes longer than all else together."""

from pipeline.cli import main as cli
from pipeline.publish import search_index as search

if __name__ == "__main__":
    search.index = lambda *_: True
    cli.main()
