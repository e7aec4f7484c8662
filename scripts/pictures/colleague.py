"""A coordinator who works at the desk by its own pages, as a browser would send them."""

from typing import Final

from flask.testing import FlaskClient

from hotline.bootstrap import Hotline
from hotline.services.desk import coordinators, presence
from hotline.web import create_app
from hotline.web.desk.room import TOKEN

_FAULT: Final = 400


class Colleague:
    """Somebody signed in at the desk."""

    def __init__(self, hotline: Hotline, name: str, email: str) -> None:
        app = create_app(hotline)
        app.config["WTF_CSRF_ENABLED"] = False
        at = hotline.clock.now()
        with hotline.database.write() as session:
            known, _ = coordinators.add(session, email, at, name=name)
            token = presence.begin(session, known, at, agent="", address="127.0.0.1")
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie[TOKEN] = token

    def opens(self, path: str) -> None:
        """Open a page, or play a sound."""
        answer = self.client.get(path)
        if answer.status_code >= _FAULT:
            raise SystemExit(f"{path} : {answer.status}")

    def sends(self, path: str, **fields: str) -> None:
        """Send a form; it must do."""
        answer = self.client.post(path, data=fields)
        if answer.status_code != 303:
            raise SystemExit(f"{path} : {answer.status}\n{answer.text}")
