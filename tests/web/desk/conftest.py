"""The desk as somebody signed in sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Coordinator
from hotline.models.status import Role
from hotline.services.desk import presence
from hotline.web.desk.audit_words import ACTIONS
from hotline.web.desk.room import TOKEN
from tests.served import lender


@dataclass
class Desk:
    """One browser in which somebody is signed in; forms are sent with the page's own token."""

    hotline: Hotline
    client: FlaskClient
    coordinator: Coordinator

    def get(self, path: str, *, status: int = 200, fragment: bool = False) -> TestResponse:
        answer = self.client.get(path, headers={"HX-Request": "true"} if fragment else {})
        assert answer.status_code == status, answer.text
        return answer

    def page(self, path: str) -> HtmlElement:
        return html.fromstring(self.get(path).data)

    def post(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send a form and follow where it leads."""
        return self.client.post(path, data=fields, follow_redirects=True)

    def text(self, path: str) -> str:
        """Everything that a page says, in one line."""
        return " ".join(self.page(path).text_content().split())


def sign_in(hotline: Hotline, role: Role = Role.COORDINATOR, name: str = "Camille Faure") -> Desk:
    """Sign somebody new in at the desk, without the door."""
    app = lender.lend(hotline)
    app.config["WTF_CSRF_ENABLED"] = False
    at = hotline.clock.now()
    with hotline.database.write() as session:
        coordinator = Coordinator(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@example.org",
            email_index=f"{name.lower().replace(' ', '.')}@example.org",
            role=role,
            fs_uniquifier=f"test-{name}",
            created_at=at,
        )
        session.add(coordinator)
        session.flush()
        token = presence.begin(session, coordinator, at, agent="Test", address="127.0.0.1")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return Desk(hotline, client, coordinator)


@pytest.fixture
def desk(hotline: Hotline) -> Iterator[Desk]:
    """The desk of a coordinator; whatever was written into the audit log must have its words."""
    yield sign_in(hotline)
    with hotline.database.read() as session:
        written = set(session.scalars(select(AuditEntry.action)))
    assert written <= set(ACTIONS)
