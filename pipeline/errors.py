"""Everything that can go wrong on purpose, in one tree.

    MachineError                     exit 1  something failed; its message is the whole story
    ├── UsageError                   exit 2  the command or its words are wrong
    │   └── SettingsError            exit 2  machine.toml or the environment is wrong
    ├── BusyError                    exit 3  another run holds the thread
    ├── Stopped                      exit 1  the program was told to stop
    ├── AnswerAwaited                exit 0  a question was handed in and is answered later
    ├── AllowanceSpent               exit 4  the run's ceiling in tokens or money is reached
    ├── SourceError                  exit 1  one source or item failed; the run goes on
    │   ├── FetchFailed                      it could not be got
    │   └── Unreadable                       it was got and is no article
    ├── ModelError                   exit 1  the model did not answer a question
    │   ├── ModelUnavailable                 no question can be answered: the run stops asking
    │   └── BadAnswer                        this question got no usable answer; others may
    │       └── TooLong                      it does not fit the model: ask for less at once
    ├── StoreError                   exit 1  the store cannot be opened, read or written
    └── RecordingError               exit 2  a recording is missing, damaged, or holds no such exchange

A message says what happened, to which one, and what to do, in one line.
"""


class MachineError(Exception):
    """Base of all expected failures. `exit_code` is what the command ends with."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class UsageError(MachineError):
    exit_code = 2


class SettingsError(UsageError):
    pass


class BusyError(MachineError):
    exit_code = 3


class Stopped(MachineError):  # noqa: N818 - what happened, and no fault
    pass


class AnswerAwaited(MachineError):  # noqa: N818 - a state of a question
    exit_code = 0


class AllowanceSpent(MachineError):  # noqa: N818 - a state reached, not a fault
    exit_code = 4


class SourceError(MachineError):
    """One source or item failed. `reason` is a short closed code that the store and the page keep; `wait_s` how many
    seconds a host asked to be left alone."""

    def __init__(self, reason: str, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.reason, self.wait_s = reason, wait_s


class FetchFailed(SourceError):  # noqa: N818 - reads as what happened to the item
    pass


class Unreadable(SourceError):  # noqa: N818 - reads as what the item is
    pass


class ModelError(MachineError):
    pass


class ModelUnavailable(ModelError):  # noqa: N818 - a state of the endpoint
    pass


class BadAnswer(ModelError):  # noqa: N818 - reads as what came back
    pass


class TooLong(BadAnswer):
    """The question or its answer is longer than the model takes. Asking it again unchanged cannot help."""


class StoreError(MachineError):
    pass


class RecordingError(MachineError):
    exit_code = 2
