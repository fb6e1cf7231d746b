"""What a disk may hold after a power cut: all that SQLite writes is written down as it is written, and a disk that lost
its power at any moment made from that.

A kill leaves what a program has handed to the system; a power cut takes whatever of it was not synced. Of each write
since its file was last synced a disk may have all, nothing, or some sectors, and of several writes any; what was synced
is there. The index beside the write-ahead log (`-shm`) is memory, and is gone.

SQLite writes through its "VFS", a table of functions. `recorded` puts functions of its own before those that write.
"""

import ctypes
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_SECTOR = 512
_OK, _CREATES, _JOURNALS = 0, 0x4, 0x800 | 0x4000 | 0x80000  # of sqlite3.h: main and super journals, write-ahead logs

Keeps = Callable[[], bool]
"""Whether the disk has the next thing that was not synced."""


class Done(NamedTuple):
    """One thing done to a file, by its name: `write` of bytes at a place, `truncate` to a size, `sync`, `delete`; or to
    the folder: `sync names`, behind which what was deleted is gone for sure; or a `mark` that the test sets."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""


class Disk:
    """What was done, in order, from moment `begins` on: before that, what was there. Safe to use from several
    threads."""

    def __init__(self, folder: Path) -> None:
        self.done: list[Done] = []
        self._lock = threading.Lock()
        for file in sorted(folder.iterdir()):
            self.done += [Done("write", file.name, 0, file.read_bytes()), Done("sync", file.name)]
        self.begins = len(self.done)

    def add(self, done: Done) -> None:
        with self._lock:
            self.done.append(done)

    def mark(self) -> None:
        """Something that has to be there from now on."""
        self.add(Done("mark"))

    def marks(self, moment: int) -> int:
        """How many marks were set before a moment: so many things done."""
        return sum(each.kind == "mark" for each in self.done[:moment])

    def moment_of(self, mark: int) -> int:
        """The moment at which the mark of this number, from 1, was set; of 0, when it began."""
        set_at = [place for place, each in enumerate(self.done, 1) if each.kind == "mark"]
        return set_at[mark - 1] if mark else self.begins

    def after_a_cut(self, moment: int, keeps: Keeps, folder: Path) -> None:
        """Writes the files into `folder` as a disk has them that lost its power at that moment."""
        folder.mkdir(parents=True)
        done = self.done[:moment]
        named = max((place for place, each in enumerate(done) if each.kind == "sync names"), default=0)
        for name in sorted({each.file for each in done if each.file}):
            own = [(place < named, each) for place, each in enumerate(done) if each.file == name]
            content = _content(own, keeps)
            if content is not None:
                (folder / name).write_bytes(content)


def everything() -> bool:
    """A disk that has written all there was, though nobody waited for it."""
    return True


def nothing() -> bool:
    """A disk that has written nothing but what somebody waited for."""
    return False


def by_chance(seed: int) -> Keeps:
    """A disk that has written some of it."""
    chance = random.Random(seed)
    return lambda: chance.random() < 0.5


def _content(done: Sequence[tuple[bool, Done]], keeps: Keeps) -> bytes | None:
    """A file's bytes; None where there is none. What was done to it before it was last synced is there for sure; that
    it was deleted, where the folder was synced since, as is told with each thing done."""
    synced = max((place for place, (_, each) in enumerate(done) if each.kind == "sync"), default=0)
    content: bytearray | None = None
    for place, (is_named, each) in enumerate(done):
        is_sure = place < synced
        if each.kind == "delete" and (is_named or is_sure or keeps()):
            content = None
        elif each.kind == "truncate" and (is_sure or keeps()):
            content = (content or bytearray())[: each.at]
        elif each.kind == "write":
            for start in range(0, len(each.data), _SECTOR):
                if is_sure or keeps():
                    content = _put(content or bytearray(), each.at + start, each.data[start : start + _SECTOR])
    return None if content is None else bytes(content)


def _put(content: bytearray, at: int, data: bytes) -> bytearray:
    content.extend(bytes(max(at - len(content), 0)))
    content[at : at + len(data)] = data
    return content


# SQLite's tables of functions, as sqlite3.h has them: what is not replaced is a plain pointer here, and so are paths,
# which SQLite keeps where they are.

_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("others", ctypes.c_void_p * 13),
    )


class _File(ctypes.Structure):
    """sqlite3_file."""

    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, as far as it matters."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", _OPEN),
        ("delete", _DELETE),
    )


def _library() -> Any:
    """The SQLite that Python uses; None where its functions cannot be found."""
    try:
        import _sqlite3

        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    except (ImportError, AttributeError, OSError):
        return None
    return library


def unusable() -> str | None:
    """Why nothing can be written down here, or None where it can."""
    library = _library()
    if library is None:
        return "Python's SQLite does not show its functions"
    return None if library.sqlite3_vfs_find(None) else "SQLite has no way to the disk"


@contextmanager
def recorded(folder: Path) -> Iterator[Disk]:
    """Within the context, all that this process writes by SQLite to files in `folder` is written down. Connections that
    were opened before are not heard."""
    disk, names, kept = Disk(folder), dict[int, str](), dict[int, _Methods]()
    vfs = _library().sqlite3_vfs_find(None).contents
    first_open, first_delete = _OPEN.from_buffer_copy(vfs.open), _DELETE.from_buffer_copy(vfs.delete)
    listening, new = [True], set[int]()

    def name_of(place: int | None) -> str:
        path = Path(ctypes.string_at(place).decode()) if place and listening else Path()
        return path.name if path.parent == folder else ""

    def heard(methods: Any) -> _Methods:
        """The same functions, but for three that write down what they are told."""
        made = _Methods.from_buffer_copy(methods)
        write, truncate, sync = (_copied(getattr(methods, name)) for name in ("write", "truncate", "sync"))

        def on_write(file: int, data: int, size: int, at: int) -> int:
            code = write(file, data, size, at)
            if code == _OK:
                disk.add(Done("write", names[file], at, ctypes.string_at(data, size)))
            return int(code)

        def on_truncate(file: int, size: int) -> int:
            code = truncate(file, size)
            if code == _OK:
                disk.add(Done("truncate", names[file], size))
            return int(code)

        def on_sync(file: int, flags: int) -> int:
            code = sync(file, flags)
            if code == _OK:
                disk.add(Done("sync", names[file]))
                if file in new:
                    new.discard(file)
                    disk.add(Done("sync names"))
            return int(code)

        made.write, made.truncate, made.sync = _WRITE(on_write), _TRUNCATE(on_truncate), _SYNC(on_sync)
        return made

    def on_open(which: int, path: int | None, file: int, flags: int, out: int) -> int:
        code = first_open(which, path, file, flags, out)
        name = name_of(path)
        if code == _OK and name:
            names[file] = name
            new.discard(file)
            if flags & _CREATES and flags & _JOURNALS:  # with its first sync SQLite syncs its folder
                new.add(file)
            opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
            table = ctypes.addressof(opened.methods.contents)
            if table not in kept:
                kept[table] = heard(opened.methods.contents)
            opened.methods = ctypes.pointer(kept[table])
        return int(code)

    def on_delete(which: int, path: int | None, syncs: int) -> int:
        code = first_delete(which, path, syncs)
        if code == _OK and name_of(path):
            disk.add(Done("delete", name_of(path)))
            if syncs:
                disk.add(Done("sync names"))
        return int(code)

    ours = _OPEN(on_open), _DELETE(on_delete)
    vfs.open, vfs.delete = ours
    try:
        yield disk
    finally:
        vfs.open, vfs.delete = first_open, first_delete
        listening.clear()
        _KEPT.append((kept, ours))


_KEPT: list[Any] = []
"""Files that are still open call these functions."""


def _copied(function: Any) -> Any:
    """A function of SQLite's, whatever becomes of the table it stands in."""
    return type(function)(ctypes.cast(function, ctypes.c_void_p).value)
