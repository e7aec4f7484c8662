"""Somebody in front of `/benevole`, as a browser shows it to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import OutboxRow
from tests.conftest import StoppedClock
from tests.records import rows
from tests.served import lender

NUMBER = "06 39 98 01 45"
E164 = "+33639980145"
SOLENE: dict[str, Any] = {
    "first_name": "Solène",
    "last_name": "Exemple",
    "phone": NUMBER,
    "email": "solene@exemple.fr",
    "birth_date": "12/03/1958",
    "postcode": "05100",
    "languages": "français, arabe",
    "hours": ["Mo-0", "Mo-1", "We-2"],
    "charter": "y",
    "privacy": "y",
}


@dataclass
class Newcomer:
    """A browser of somebody new, at one address."""

    hotline: Hotline
    clock: StoppedClock
    address: str = "203.0.113.7"
    client: FlaskClient = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = lender.lend(self.hotline).test_client()

    def get(self, path: str = "") -> TestResponse:
        return self._kept(self.client.get(f"/benevole{path}", **self._from()))

    def page(self, path: str = "") -> HtmlElement:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return html.fromstring(answer.text)

    def post(self, path: str = "", **fields: Any) -> TestResponse:
        form = {"csrf_token": self.token, **fields}
        return self._kept(self.client.post(f"/benevole{path}", data=form, **self._from()))

    def registers(self, **changes: Any) -> TestResponse:
        """Open the form, take the time that it takes, and send it."""
        self.get()
        self.clock.advance(timedelta(seconds=40))
        return self.post(**{**SOLENE, **changes})

    def types(self, code: str) -> TestResponse:
        self.get("/code")
        return self.post("/code", code=code)

    def joins(self, **changes: Any) -> None:
        """Go the whole way."""
        assert self.registers(**changes).status_code == 303
        assert self.types(codes(self.hotline)[-1]).location == "/benevole/merci"

    def _kept(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            found = html.fromstring(answer.text).xpath("//input[@name='csrf_token']/@value")
            self.token = found[0] if found else self.token
        return answer

    def _from(self) -> dict[str, Any]:
        return {"base_url": "https://hotline.example", "environ_overrides": {"REMOTE_ADDR": self.address}}


def says(answer: TestResponse) -> str:
    """Everything that an answer says, in one line."""
    return " ".join(html.fromstring(answer.text).text_content().split())


def texts(hotline: Hotline, kind: str) -> list[OutboxRow]:
    return [row for row in rows(hotline, OutboxRow) if row.kind == kind]


def codes(hotline: Hotline) -> list[str]:
    """The codes that were sent, oldest first."""
    return [row.body.partition("code est ")[2][:6] for row in texts(hotline, "registration_code")]


@pytest.fixture
def newcomer(hotline: Hotline, clock: StoppedClock) -> Iterator[Newcomer]:
    return Newcomer(hotline, clock)
