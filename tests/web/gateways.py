"""Real receivers of notices on free ports of this machine: a mail server and a web server."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What the mail server took; while `refusing`, it takes nothing."""

    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refusing: bool = False
    tries: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.tries += 1
        if self.refusing:
            return "451 Try again later"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.append((envelope.rcpt_tos, message_from_bytes(content, policy=policy.default)))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    """The address of a running SMTP server, and its mailbox."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", box
    finally:
        controller.stop()


@dataclass
class Board:
    """What the web server was asked, and the status that it answers."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@contextmanager
def web_server() -> Iterator[tuple[str, Board]]:
    """Host and port of a running web server, and what it heard."""
    board = Board()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
            self._answer(query)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, heard: dict[str, Any]) -> None:
            board.calls.append(heard)
            self.send_response(board.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: requests hold phone numbers."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", board
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
