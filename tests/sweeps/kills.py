"""The command line, ended from within: killed after so many writes, or on a disk that is full at some size of a file. The
first word says which."""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.store.database import Store
from tests import program


def killed() -> None:
    whole, left = Store.writing, [int(sys.argv.pop(1))]

    @contextmanager
    def writing(store: Store, **how: Any) -> Iterator[Any]:
        with whole(store, **how) as connection:
            yield connection
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    Store.writing = writing  # type: ignore[method-assign]
    program.main()


def full() -> None:
    """No file may grow beyond so many bytes: the store, its log and the site alike."""
    largest = int(sys.argv.pop(1))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    program.main()
