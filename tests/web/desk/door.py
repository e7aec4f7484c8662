"""Somebody at the door of the desk, with a browser, a password and a telephone that shows codes."""

import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Coordinator
from hotline.models.status import Role
from hotline.services.desk import coordinators, invitations
from tests.served import lender

HERE = "https://hotline.example"
PASSWORD = "la lune est pleine ce soir"
EMAIL = "camille.faure@example.org"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r'class="secret">([^<]+)<')
_CODES = re.compile(r"<li><code>([^<]+)</code>")


@dataclass
class Browser:
    """A browser in front of the door; forms carry the token of the page last seen."""

    hotline: Hotline
    client: FlaskClient = field(init=False)
    token: str = ""
    seen: TestResponse = field(init=False)

    def __post_init__(self) -> None:
        self.client = lender.lend(self.hotline).test_client()

    def get(self, path: str, **more: object) -> TestResponse:
        return self._look(self.client.get(path, base_url=HERE, **more))  # type: ignore[arg-type]

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        form = {"csrf_token": self.token, **fields}
        return self._look(self.client.post(path, base_url=HERE, data=form, headers=headers))

    def follow(self) -> TestResponse:
        """Go where the last answer leads, to the end."""
        while self.seen.location:
            self.get(self.seen.location)
        return self.seen

    def text(self) -> str:
        """Everything that the page says, in one line."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.seen.text).split())

    def _look(self, answer: TestResponse) -> TestResponse:
        self.seen = answer
        if found := _TOKEN.search(answer.text):
            self.token = found[1]
        return answer


@dataclass
class Person(Browser):
    """A coordinator with their telephone."""

    email: str = EMAIL
    telephone: TOTP | None = None
    recovery: list[str] = field(default_factory=list)

    def code(self) -> str:
        """What the telephone shows at this moment."""
        assert self.telephone
        return str(self.telephone.generate(time=self.hotline.clock.now()).token)

    def give_password(self, password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/login")
        return self.post("/login", email=self.email, password=password, **more)

    def sign_in(self) -> TestResponse:
        """Come in with password and code."""
        self.give_password()
        self.follow()
        return self.post("/login/code", code=self.code())

    def set_up(self) -> "Person":
        """Come in for the first time: the telephone, then recovery codes."""
        self.give_password()
        self.follow()
        self.post("/account/code", setup="authenticator")
        key = _KEY.search(self.seen.text)
        assert key, self.seen.text
        self.telephone = TOTP(key=key[1].replace("-", ""))
        self.post("/login/code", code=self.code())
        self.follow()
        self.post("/account/recovery-codes", generate_new_codes="1")
        self.recovery = _CODES.findall(self.seen.text)
        return self

    def is_in(self) -> bool:
        """Tell whether the desk opens."""
        return self.get("/account").status_code == 200


def invited(hotline: Hotline, email: str = EMAIL, role: Role | None = None, name: str = "") -> str:
    """Give somebody a place; return the path of their one-time link."""
    with hotline.database.write() as session:
        known, _new = coordinators.add(session, email, hotline.clock.now(), name=name, role=role)
        return f"/invitation/{invitations.issue(session, known, hotline.clock.now())}"


def with_password(
    hotline: Hotline, email: str = EMAIL, role: Role | None = None, name: str = "Camille Faure"
) -> Person:
    """Somebody who has chosen a password, and nothing more."""
    person = Person(hotline, email=email)
    path = invited(hotline, email, role, name)
    person.get(path)
    answer = person.post(path, password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 303, answer.text
    return person


def noted(hotline: Hotline) -> list[str]:
    """What the audit log says happened, in order."""
    with hotline.database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def row(hotline: Hotline, email: str = EMAIL) -> Coordinator:
    """What is kept of somebody."""
    with hotline.database.read() as session:
        found = coordinators.by_email(session, email)
        assert found
        return found
