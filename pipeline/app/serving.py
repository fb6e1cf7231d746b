"""Serves a site on loopback, for reading: its own files and nothing else, to pages of this machine's own address."""

from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

_HEADERS = {
    "Content-Security-Policy": "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",  # a page has the rest
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class SiteServer(ThreadingHTTPServer):
    """Serves the folder `site` at a port of loopback; 0 takes a free one. Raises OSError where it is taken."""

    def __init__(self, site: Path, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser calls this server. Another name is a page elsewhere that had its name lead here."""
        port = self.server_address[1]
        return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))


class _Handler(SimpleHTTPRequestHandler):
    server: SiteServer

    def __init__(self, request: Any, client: Any, server: SiteServer) -> None:  # noqa: ANN401 - the server's own
        super().__init__(request, client, server, directory=str(server.site))

    def send_head(self) -> Any:  # noqa: ANN401 - a file, as the base class has it
        """The file asked for. Nothing that a link leads to outside the site, and nothing for another host."""
        if self.headers.get("Host") not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This server is read at its own address")
            return None
        if not self._is_of_the_site(Path(self.translate_path(self.path))):
            self.send_error(HTTPStatus.NOT_FOUND, "File not found")
            return None
        return super().send_head()

    def _is_of_the_site(self, asked: Path) -> bool:
        """Whether what is asked for is a file of the site's own, or a folder whose page is one, wherever links lead."""
        site = self.server.site.resolve()  # anew each time: publishing points the site's link elsewhere
        try:
            found = (asked / "index.html" if asked.is_dir() else asked).resolve()
            return found.is_relative_to(site) and found.is_file()
        except (OSError, ValueError):  # a name that no file can have
            return False

    def list_directory(self, path: Any) -> BinaryIO | None:  # type: ignore[override]  # noqa: ANN401, ARG002
        """Nothing: a folder without a page has nothing to read."""
        self.send_error(HTTPStatus.NOT_FOUND, "File not found")
        return None

    def guess_type(self, path: Any) -> str:  # noqa: ANN401 - as the base class has it
        """The file's media type. A text is in UTF-8: Markdown has no other place to say so."""
        kind = super().guess_type(path)
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def end_headers(self) -> None:
        """The headers, with those that say what a page may do."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()
