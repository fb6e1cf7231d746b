"""A web of invented hosts, for recording: folders served on loopback, one host a folder."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Resolve = Callable[[str, int], list[tuple[str, int]]]


@contextmanager
def hosts_of(folders: Sequence[Path]) -> Iterator[tuple[frozenset[str], Resolve]]:
    """Serves the pages below FOLDER/HOST by the Host header, from the first folder that has them. Gives the hosts, as
    `host:80`, and what resolves each to the loopback port that answers for it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_HostHandler, folders))
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def resolve(_host: str, _port: int) -> list[tuple[str, int]]:
        return [("127.0.0.1", port)]

    try:
        yield frozenset(f"{host.name}:80" for folder in folders for host in folder.iterdir()), resolve
    finally:
        server.shutdown()
        server.server_close()


class _HostHandler(SimpleHTTPRequestHandler):
    """Serves the files of the folder that has the requested host's name."""

    def __init__(self, folders: Sequence[Path], *request: Any) -> None:  # noqa: ANN401 - as the base class
        self._folders = folders
        super().__init__(*request)

    def translate_path(self, path: str) -> str:
        """The file for `path`, from the first folder that has it."""
        host = (self.headers.get("Host") or "").partition(":")[0]
        for folder in self._folders:
            self.directory = str(folder)
            file = super().translate_path(f"/{host}{path}")
            if Path(file).is_file() or (Path(file) / "index.html").is_file():
                break
        return file

    def send_header(self, keyword: str, value: str) -> None:
        """Sends all headers but Last-Modified: a file's date has nothing to do with the date in the story."""
        if keyword != "Last-Modified":
            super().send_header(keyword, value)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""
