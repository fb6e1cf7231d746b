"""Pages are read apart: by programs of their own, with limits of time and memory. A page made to break a parser breaks
one of those, and costs one item.

Such a program is this file, run as a program. It is sent a JSON line about a response and then its bytes, and answers
with a JSON line: what was read, or why nothing could be. What it sends back is data and is checked as such.
"""

import atexit
import json
import os
import queue
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import SourceError, Unreadable, program_error
from pipeline.records.dates import PartialDate
from pipeline.records.items import PageText, Response, SentenceSpan

SECONDS = 20.0
"""The longest one page may take, its reader's start included. Of 1,434 hostile files the slowest took 1.2 s (November
2026); a busy machine is slower."""
_MEMORY = 2 << 30  # bytes a reading program may take up, its libraries included
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]

Reading = tuple[PageText, tuple[SentenceSpan, ...]]
_SPANS = TypeAdapter(tuple[SentenceSpan, ...])


class DirectReader:
    """Reads in the caller's own process, without limits: for tests, whose pages are their own."""

    def read(self, response: Response, latest: PartialDate) -> Reading:
        """As the interface says."""
        return _read(response, latest)


class ReadingPool:
    """Reads by up to `workers` programs at once, which are started when first needed and kept. Safe to use from
    several threads."""

    def __init__(self, workers: int, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._idle: queue.LifoQueue[_ReadingProgram | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def read(self, response: Response, latest: PartialDate) -> Reading:
        """As the interface says: Unreadable also where the page takes too long or too much memory, or meets a fault of
        this program."""
        program = self._idle.get()
        try:
            if program and not program.is_alive:
                program.end()
                program = None
            program = program or _ReadingProgram()
            answer = program.ask(response, latest, self._seconds)
        except BaseException:
            if program:
                program.end()
            program = None
            raise
        finally:
            self._idle.put(program)
        if "unreadable" in answer:
            raise Unreadable(*answer["unreadable"])
        return PageText.model_validate(answer["page"]), _SPANS.validate_python(answer["sentences"])

    def close(self) -> None:
        """Ends the programs."""
        for _ in range(self._idle.qsize()):
            program = self._idle.get()
            if program:
                program.end()
            self._idle.put(None)


@lru_cache
def shared_pool(workers: int = 2) -> ReadingPool:
    """The pool that all machines of this process read with. Its programs end with the process: also where that is
    killed, since their input ends then."""
    pool = ReadingPool(workers)
    atexit.register(pool.close)
    return pool


class _ReadingProgram:
    """One reading program, and its input and output."""

    def __init__(self) -> None:
        # -P: a file in the current folder is not taken for a module of ours
        command = [sys.executable, "-P", "-m", "pipeline.read.reader"]
        path = os.pathsep.join([str(_PACKAGE_PARENT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(  # noqa: S603 - our own words, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # a Ctrl-C is the caller's to act on
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, response: Response, latest: PartialDate, seconds: float) -> dict[str, Any]:
        """The program's answer. Raises Unreadable where there is none within so many seconds."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - it is a pipe
        assert stdout is not None  # noqa: S101 - the same
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            _send(stdin, response, latest)
            answer: dict[str, Any] = json.loads(stdout.readline())
        except (OSError, ValueError) as error:
            raise _broken(response.url, seconds if late.is_set() else None) from error
        finally:
            timer.cancel()
        return answer

    def end(self) -> None:
        self._process.kill()
        with suppress(OSError):
            self._process.communicate()


def _broken(url: str, seconds: float | None) -> Unreadable:
    if seconds is not None:
        return Unreadable("too slow to read", f"{url} took more than {seconds:g} s to read: it was set aside")
    return Unreadable("too much to read", f"{url} took more memory to read than there is: it was set aside")


def _send(pipe: IO[bytes], response: Response, latest: PartialDate) -> None:
    about = {"response": response.model_dump(mode="json", exclude={"body"}), "latest": latest}
    pipe.write(json.dumps({**about, "size": len(response.body)}).encode() + b"\n")
    pipe.write(response.body)
    pipe.flush()


def _read(response: Response, latest: PartialDate) -> Reading:
    # Only programs that read need what reads.
    from pipeline.read.page_text import read_page
    from pipeline.read.sentences import split

    page = read_page(response, latest)
    return page, split(page.text, page.language, frozenset(page.whole_lines))


def _answer(response: Response, latest: PartialDate) -> dict[str, Any]:
    try:
        page, sentences = _read(response, latest)
    except SourceError as error:
        return {"unreadable": [error.reason, str(error)]}
    except MemoryError:
        return {"unreadable": list(_broken(response.url, None).__reduce__()[1])}
    except Exception as error:  # nobody foresaw it: it costs this item, and the bytes are kept
        failure = program_error(response.url, error)
        return {"unreadable": [failure.reason, str(failure)]}
    return {"page": page.model_dump(mode="json"), "sentences": [span.model_dump() for span in sentences]}


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what a library prints is no answer
    for line in sys.stdin.buffer:
        about = json.loads(line)
        body = sys.stdin.buffer.read(about["size"])
        try:
            response = Response.model_validate({**about["response"], "body": body})
        except ValidationError:
            break
        output.write(json.dumps(_answer(response, about["latest"])).encode() + b"\n")
        output.flush()


if __name__ == "__main__":
    _main()
