"""A real mail server on the loopback: takes mails, refuses boxes, hesitates, hangs up at the wrong moment."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OWN = "bonjour@exemple.fr"


@dataclass
class Postman:
    """What arrived, and what is to go wrong; replies are keyed by recipient."""

    arrived: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    verdict: str = "250 OK"
    hangs_up: bool = False
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that arrived for somebody, oldest first."""
        return [mail for mail in self.arrived if mail["To"].addresses[0].addr_spec == address]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.verdict.startswith("250"):
            mail = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
            self.arrived.append(cast("EmailMessage", mail))
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        if self.hangs_up:
            cast("asyncio.Transport", server.transport).abort()
        return self.verdict


def text(mail: EmailMessage) -> str:
    """A mail's words."""
    return str(mail.get_content()).replace("\r\n", "\n")


@pytest.fixture
def postman() -> Iterator[Postman]:
    """A mail server that takes everything until told otherwise."""
    yield from served(Postman())


def served(postman: Postman, **options: Any) -> Iterator[Postman]:
    """Run a mail server in a thread of its own; `options` are aiosmtpd's."""
    secured = cast("ssl.SSLContext | None", options.pop("secured", None))
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(postman, hostname="test.exemple.fr", loop=loop, **options),
            "127.0.0.1",
            0,
            ssl=secured,
        )
        postman.port = server.sockets[0].getsockname()[1]
        ready.set()
        await asyncio.to_thread(over.wait)
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield postman
    finally:
        over.set()
        thread.join(5)


def signs_in(name: str, password: str) -> Any:
    """An authenticator that knows one person."""

    def known(*args: Any) -> AuthResult:
        given = cast("LoginPassword", args[-1])
        right = given.login == name.encode() and given.password == password.encode()
        return AuthResult(success=right, handled=right)

    return known


@pytest.fixture
def mailing(environment: Path, postman: Postman, monkeypatch: pytest.MonkeyPatch) -> Postman:
    """The settings of a line that writes mails through this postman; to be asked for before `hotline`."""
    monkeypatch.setenv("HOTLINE_SMTP_URL", postman.url)
    monkeypatch.setenv("HOTLINE_MAIL_ADDRESS", OWN)
    return postman
