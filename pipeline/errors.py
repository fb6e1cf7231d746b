"""All expected failures, in one tree, with the exit code of the command that ends with one.

    MachineError                     exit 1  something failed; its message says all there is to say
    ├── UsageError                   exit 2  the command or its words are wrong
    │   └── SettingsError            exit 2  machine.toml or the environment is wrong
    ├── BusyError                    exit 3  another run holds the thread
    ├── StopRequested                exit 1  the program was told to stop
    ├── AnswerPending                exit 0  a question is deferred and is answered later
    ├── BudgetSpent                  exit 4  the run's ceiling in tokens or money is reached
    ├── SourceError                  exit 1  one source or item failed; the run goes on
    │   ├── FetchFailed                      it could not be fetched
    │   └── Unreadable                       it was fetched and is no article
    ├── ModelError                   exit 1  the model did not answer a question
    │   ├── ModelUnavailable                 no question can be answered: the run stops asking
    │   └── BadAnswer                        this question got no usable answer; others may
    │       └── TooLong                      it does not fit the model: ask for less at once
    │           └── CutOff                   the answer ended before it was whole
    ├── StoreError                   exit 1  the store cannot be opened, read or written
    └── RecordingError               exit 2  a recording is missing, damaged, or lacks a request

A message says what happened, to which one, and what to do, in one line; of addresses without the secrets in them.
"""

import re
from pathlib import Path
from typing import Self

_PRIVATE = r"[\w.-]*(?:token|secret|password|passwd|api[_-]?key|signature|auth)|key|sig|pass|pwd|jwt"
"""Parameters of an address that are named as secrets are."""
_SESSION = r"[\w.-]*session|sid"
_CREDENTIALS = re.compile(
    rf"(?<=://) [^\s/?\#]+ @ | ( [?&;\#] (?: {_PRIVATE} | {_SESSION} ) = ) [^\s&;\#'\"<>)\]]+",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_FOR_READERS = re.compile(
    rf"(?<![^&;]) (?: (?: {_PRIVATE} ) = [^&;]+ | (?: {_SESSION} ) = [^&;]{{16,}} ) (?: [&;] | $ )",
    re.IGNORECASE | re.VERBOSE,
)
_USER = re.compile(r"(?<=://)[^/?#]*@")


def without_credentials(text: str) -> str:
    """A text as it may be shown: the addresses in it without the name and password that may stand before a host, and
    with … for the values of parameters that are named as secrets are."""
    return _CREDENTIALS.sub(lambda found: f"{found[1]}…" if found[1] else "", text)


def public_address(url: str) -> str:
    """An address as readers are given it: without the name, the password and the parameters that are its operator's. A
    `session` of less than 16 characters is a meeting's, and stays."""
    place, mark, fragment = url.partition("#")
    path, asks, query = place.partition("?")
    shown_query, shown_fragment = (_NOT_FOR_READERS.sub("", part) for part in (query, fragment))
    if shown_query != query:
        query, asks = shown_query.rstrip("&;"), asks if shown_query else ""
    if shown_fragment != fragment:
        fragment, mark = shown_fragment.rstrip("&;"), mark if shown_fragment else ""
    return f"{_USER.sub('', path)}{asks}{query}{mark}{fragment}"


class MachineError(Exception):
    """Base of all expected failures. `exit_code` is what the command ends with."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(without_credentials(" ".join(message.split())))


class UsageError(MachineError):
    """The command, or what was given to it, is wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """machine.toml or the environment is wrong."""


class BusyError(MachineError):
    """Another run holds the lock; the message names it."""

    exit_code = 3


class StopRequested(MachineError):  # noqa: N818 - what happened, and no fault
    """The program was told to stop."""


class AnswerPending(MachineError):  # noqa: N818 - a state of a question
    """The question is deferred: a batch job answers it later."""

    exit_code = 0


class BudgetSpent(MachineError):  # noqa: N818 - a state reached, not a fault
    """A request does not fit in what is left of the budget, in tokens or in money."""

    exit_code = 4


class SourceError(MachineError):
    """One source or item failed. `reason` is one of a closed set of short codes, which the store and the page keep;
    `wait_s` how many seconds a host asked to be left alone."""

    def __init__(self, reason: str, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.reason, self.wait_s = reason, wait_s

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, float | None]]:
        """So that one raised in another process is the same here."""
        return type(self), (self.reason, str(self), self.wait_s)


class FetchFailed(SourceError):  # noqa: N818 - reads as what happened to the item
    """The address could not be fetched."""


class Unreadable(SourceError):  # noqa: N818 - reads as what the item is
    """What was fetched is no article, or cannot be read as one."""


def program_error(what: str, error: Exception) -> SourceError:
    """An error nobody foresaw, as what it is for a run: `what` failed, and nothing else."""
    return SourceError("program error", f"{what} met a fault of this program ({in_one_line(error)}): it was set aside")


def in_one_line(error: Exception) -> str:
    """An unforeseen error's kind, words and place."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200] + place


class ModelError(MachineError):
    """The model did not answer a question."""


class ModelUnavailable(ModelError):  # noqa: N818 - a state of the endpoint
    """No question can be answered now: the run stops asking."""


class BadAnswer(ModelError):  # noqa: N818 - reads as what came back
    """This question got no usable answer; others may."""


class TooLong(BadAnswer):
    """The question or its answer is longer than the model takes. Asking it again unchanged cannot help."""


class CutOff(TooLong):
    """The answer ended before it was whole: it reached the longest that the model, or its context, allows."""


class StoreError(MachineError):
    """The store cannot be opened, read or written."""


class RecordingError(MachineError):
    """A recording is missing, damaged, or lacks a request that the run makes."""

    exit_code = 2
