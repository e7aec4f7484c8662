"""The form of `/benevole`: faults beside their fields, nothing typed twice, the headers of every page."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Attempt, Registration, Volunteer
from tests.records import only, rows
from tests.web.joining.conftest import Newcomer, says


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: forms see no difference between databases."""
    return sqlite_url


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", "  ", "Écrivez votre prénom."),
        ("last_name", "", "Écrivez votre nom."),
        ("phone", "01 99 00 02 01", "Écrivez un numéro de mobile"),
        ("phone", "+1 212 555 0100", "Écrivez un numéro de mobile"),
        ("phone", "<script>", "Écrivez un numéro de mobile"),
        ("email", "solene", "nom@exemple.fr"),
        ("birth_date", "hier", "Écrivez votre date de naissance"),
        ("birth_date", "31/02/1990", "Écrivez votre date de naissance"),
        ("birth_date", "12/03/2027", "Écrivez votre date de naissance"),
        ("birth_date", "12/03/1858", "Écrivez votre date de naissance"),
        ("postcode", "510", "les cinq chiffres"),
        ("languages", "klingonais", "n'est pas connue"),
        ("charter", "", "il faut accepter la charte"),
        ("privacy", "", "il faut accepter"),
    ],
)
def test_a_faulty_answer_comes_back_as_it_was_typed(
    hotline: Hotline, newcomer: Newcomer, field: str, typed: str, sentence: str
) -> None:
    changes = {field: typed} if typed else {field: []}
    answer = newcomer.registers(**changes)
    assert answer.status_code == 422
    page = says(answer)
    assert sentence in page
    assert "une réponse est à corriger" in page
    assert 'value="Mo-1" checked' in answer.text
    if field != "first_name":
        assert 'value="Solène"' in answer.text
    assert rows(hotline, Registration) == []
    assert rows(hotline, Attempt) == []


@pytest.mark.parametrize("typed", ["12/03/1958", "12 03 1958", "12031958", "12-03-1958", "1958-03-12"])
def test_a_date_of_birth_is_read_however_it_is_typed(
    hotline: Hotline, newcomer: Newcomer, typed: str
) -> None:
    newcomer.joins(birth_date=typed)
    assert only(hotline, Volunteer).birth_date == "1958-03-12"


def test_whoever_is_under_sixteen_is_told_kindly_from_when_on_they_are_welcome(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    answer = newcomer.registers(birth_date="25/11/2010")
    assert answer.status_code == 422
    assert "à partir du mercredi 25 novembre 2026" in says(answer)
    assert rows(hotline, Registration) == []


def test_every_page_carries_the_headers_of_the_others(newcomer: Newcomer) -> None:
    for path in ("", "/charte", "/vie-privee", "/accord-parental", "/merci"):
        answer = newcomer.get(path)
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "<script" not in answer.text
        assert " style=" not in answer.text
