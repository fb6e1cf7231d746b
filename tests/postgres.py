"""A PostgreSQL server of the tests' own, that may be killed."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import pytest

from pipeline.store.database import Store

_PATIENCE_S = 60
_numbers = count(1)


def programs() -> Path | None:
    """Where PostgreSQL's programs are, the newest of them; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _user() -> str | None:
    """Whom the server runs as: it refuses to be root's."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


class Server:
    """A server on a loopback port, in a folder of its own outside pytest's, which are taken away while others run. It
    need not survive a power cut, so it does not wait for the disk; a `careless` one need not survive being killed
    either."""

    def __init__(self, *, careless: bool = False) -> None:
        found = programs()
        if found is None:
            pytest.skip("PostgreSQL is not installed")
        self.programs, self._user, self._careless = found, _user(), careless
        self._process: subprocess.Popen[bytes] | None = None
        self._template = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        # a language's own order, as servers are often set up, so that ours is seen to be kept in spite of it; there are
        # builds without ICU, and versions before 15 do not have it here
        if self._initdb("--locale-provider=icu", "--icu-locale=en-US").returncode:
            self._initdb().check_returncode()

    def _initdb(self, *order: str) -> "subprocess.CompletedProcess[bytes]":
        made = [self.programs / "initdb", "-D", self._folder / "data", "-U", "machine", "-A", "trust", "--no-sync"]
        return subprocess.run(
            [*made, "--locale=C.UTF-8", *order],
            check=False,
            user=self._user,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        import psycopg

        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                self._process = self._begin()  # again: what a killed one left may still be ending
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self._folder / "log").read_text())

    def _begin(self) -> subprocess.Popen[bytes]:
        run = [self.programs / "postgres", "-D", self._folder / "data", "-p", str(self.port), "-k", self._folder]
        options = ["listen_addresses=127.0.0.1", "fsync=off", "max_connections=200"]
        options += ["synchronous_commit=off", "full_page_writes=off", "autovacuum=off"] if self._careless else []
        said = [word for option in options for word in ("-c", option)]
        with (self._folder / "log").open("a") as log:
            return subprocess.Popen([*run, *said], user=self._user, stdout=log, stderr=log, cwd=self._folder)

    def kill(self) -> None:
        """SIGKILL to the whole of it."""
        assert self._process
        children = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False)
        self._process.kill()
        self._process.wait()
        for pid in children.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.send_signal(signal.SIGINT)  # fast: open connections are not waited for
            self._process.wait(_PATIENCE_S)

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://machine@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str) -> None:
        """Runs one statement on the database `postgres`."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"machine_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def new_store(self) -> str:
        """The address of a database with a store that holds nothing, copied: quicker than to make it."""
        if not self._template:
            self._template = self.new_database()
            Store(self._template).close()
        name = f"machine_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {self._template.rpartition('/')[2]}")
        return self.url(name)
