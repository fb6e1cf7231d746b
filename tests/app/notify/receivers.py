"""Who is told, on loopback: a receiver of webhooks, and a mail server."""

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests import doubles
from tests.doubles import HttpAnswer


class Told(NamedTuple):
    """One request: its path, its headers by their names in small letters, its body."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Hook:
    """A receiver of webhooks: `answer` is what it says next, `told` what it was told."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[Told] = []
        self.asked: list[Told] = []
        self.answer: Callable[[Told], HttpAnswer] = lambda _: HttpAnswer(204, b"")


@contextmanager
def hook_server() -> Iterator[Hook]:
    hook = Hook()

    def respond(handler: Any, raw: bytes) -> HttpAnswer:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Told(handler.command, handler.path, headers, raw)
        (hook.asked if handler.command == "HEAD" else hook.told).append(request)
        return hook.answer(request)

    with doubles.serving(respond) as base:
        hook.url = f"{base}/hook"
        yield hook


class Mail:
    """A mail server: `mails` are those it took, each with who they are from and to; `says` replaces its answer to a
    command, by the command's first word; `logins` are the names and passwords it was given, each with whether the
    connection was private."""

    def __init__(self) -> None:
        self.server = ""
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.logins: list[tuple[str, str, bool]] = []
        self.says: dict[str, str | None] = {}


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[Mail]:
    """With a certificate (a file with its key) it offers STARTTLS. An answer of None breaks the connection."""
    mail = Mail()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            private, sender, to = False, "", []
            self._say("220 mail.example")
            while line := self.rfile.readline():
                word, _, rest = line.decode().strip().partition(" ")
                said = mail.says.get(word.upper(), "")
                if said is None:
                    return
                if said:
                    self._say(said)
                    continue
                match word.upper():
                    case "EHLO":
                        offers = "250-STARTTLS\r\n" if certificate and not private else ""
                        self._say(f"250-mail.example\r\n{offers}250 AUTH PLAIN")
                    case "STARTTLS":
                        self._say("220 go ahead")
                        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        context.load_cert_chain(certificate or "")
                        try:
                            self.connection = context.wrap_socket(self.connection, server_side=True)
                        except OSError:  # it is not believed
                            return
                        self.rfile = self.connection.makefile("rb")
                        self.wfile, private = self.connection.makefile("wb", 0), True
                    case "AUTH":
                        _, name, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                        mail.logins.append((name, password, private))
                        self._say("235 welcome")
                    case "MAIL":
                        sender, to = rest.partition("<")[2].partition(">")[0], []
                        self._say("250 ok")
                    case "RCPT":
                        to.append(rest.partition("<")[2].partition(">")[0])
                        self._say("250 ok")
                    case "DATA":
                        self._say("354 go on")
                        text = b"".join(iter(self.rfile.readline, b".\r\n"))
                        if mail.says.get(".", "") is None:
                            return
                        mail.mails.append((sender, to, text))
                        self._say(mail.says.get(".") or "250 taken")
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 ok")

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def _say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

        def handle_error(self, *_: Any) -> None:
            """One who is gone."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        mail.server = f"127.0.0.1:{server.server_address[1]}"
        yield mail
        server.shutdown()
