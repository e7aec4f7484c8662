"""The database is away: the desk apologises in a sentence, and a page left open stays as it is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from hotline.bootstrap import Hotline
from tests.web.desk.conftest import Desk, sign_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _refuse(*_asked: object) -> None:
    raise OperationalError("BEGIN", {}, Exception("away"))


@pytest.fixture
def visitor(hotline: Hotline) -> Iterator[Desk]:
    """Somebody at the desk whose database has just gone."""
    desk = sign_in(hotline)
    event.listen(hotline.database.engine, "begin", _refuse)
    yield desk
    event.remove(hotline.database.engine, "begin", _refuse)


@pytest.mark.parametrize("path", ["/", "/people/1", "/login", "/nowhere", f"/invitation/{'a' * 43}"])
def test_every_page_apologises(visitor: Desk, path: str) -> None:
    answer = visitor.get(path, status=500)
    assert "Le bureau ne répond pas pour le moment" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_apologises(visitor: Desk) -> None:
    answer = visitor.client.post("/people/1/notes", data={"words": "Sa fille passe le dimanche."})
    assert answer.status_code == 500
    assert "Le bureau ne répond pas pour le moment" in answer.text


def test_a_part_that_keeps_itself_up_to_date_stays_as_it_is(visitor: Desk) -> None:
    answer = visitor.get("/voicemails?v=1", status=503, fragment=True)
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.text == ""
