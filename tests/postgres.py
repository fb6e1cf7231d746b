"""A PostgreSQL server of the tests' own, that may be killed."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from itertools import count
from pathlib import Path

import pytest

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
    """A server in `folder`, on a loopback port. It need not survive a power cut, so it does not wait for the disk."""

    def __init__(self, folder: Path) -> None:
        found = programs()
        if found is None:
            pytest.skip("PostgreSQL is not installed")
        self.programs, self._user = found, _user()
        self._folder, self._process = folder, None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        folder.mkdir(parents=True)
        if self._user:
            for above in (folder, *folder.parents):
                if not above.stat().st_mode & 0o001:
                    above.chmod(above.stat().st_mode | 0o011)  # so that its user can reach it
            shutil.chown(folder, self._user)
        # a language's own order, as servers are often set up, so that ours is seen to be kept in spite of it
        order = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        made = [found / "initdb", "-D", folder / "data", "-U", "machine", "-A", "trust", "--no-sync", *order]
        subprocess.run(made, check=True, user=self._user, stdout=subprocess.DEVNULL, cwd=folder)

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
        said = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"]
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
