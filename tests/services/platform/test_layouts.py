"""Every layout that the platform's exports have had, as a workbook and as French Excel's CSV."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import bootstrap
from hotline.models.status import LegalStatus, VolunteerState
from hotline.services.line import Line
from hotline.services.platform import entries, layouts, structures
from hotline.services.platform.entries import Entry
from hotline.services.platform.layouts import Kind
from hotline.services.platform.structures import Structure
from hotline.services.sheets import Outcome, RowReport
from hotline.tables import stream_in
from tests.conftest import LINE
from tests.databases import ENCRYPTION_KEY
from tests.services.platform import exports
from tests.services.platform.exports import Cell, excel_csv, xlsx

DAY = date(2026, 11, 24)
CAMILLE: Mapping[str, Cell] = {
    "id": 4211,
    "profile_id": 812,
    "first_name": "Gaëlle",
    "last_name": "Arnaud",
    "mobile": "06 39 98 01 01",
    "phone": "01 99 00 01 01",
    "email": "Gaelle@example.org",
    "zip": "05100",
    "birthday": "1958-03-12",
    "state": "Mission validée",
}
PEOPLE = {**exports.PARTICIPATIONS, **{f"profiles {name}": of for name, of in exports.PROFILES.items()}}
WRITERS = {"xlsx": xlsx, "csv": excel_csv}
each_way = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A line without a database: reading a file asks for none."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOTLINE_NUMBER", LINE)
        environment.setenv("HOTLINE_ENCRYPTION_KEYS", ENCRYPTION_KEY)
        environment.setenv("HOTLINE_SECRET_KEY", "a secret for tests only")
        yield bootstrap.build().line


def read(line: Line, content: bytes) -> list[Entry | RowReport]:
    stream = stream_in(content)
    export = layouts.recognised(stream.columns)
    assert export is not None
    return [entries.read(export, row, line, DAY) for row in stream.rows]


def one(line: Line, write: object = xlsx, columns: Sequence[str] = (), **cells: Cell) -> Entry | RowReport:
    wide = columns or exports.PARTICIPATIONS["2020-04-02"]
    (found,) = read(line, write(wide, [{**CAMILLE, **cells}]))  # type: ignore[operator]
    return found


@each_way
@pytest.mark.parametrize("columns", PEOPLE.values(), ids=PEOPLE)
def test_somebody_is_read_in_every_layout(line: Line, columns: Sequence[str], write: object) -> None:
    found = one(line, write, columns)

    assert isinstance(found, Entry)
    known = {exports.short(column) for column in columns}
    assert (found.first_name, found.state) == ("Gaëlle", VolunteerState.ACTIVE)
    assert found.profile == ("812" if "profile_id" in known else "4211")
    assert found.last_name == ("Arnaud" if "last_name" in known else "")
    assert (found.phone.e164 if found.phone else None) == ("+33639980101" if "mobile" in known else None)
    assert found.email == ("Gaelle@example.org" if "email" in known else None)
    assert found.postcode == ("05100" if "zip" in known else None)
    assert found.birth_date == ("1958-03-12" if "birthday" in known else None)


@pytest.mark.parametrize("columns", exports.PARTICIPATIONS.values(), ids=exports.PARTICIPATIONS)
def test_a_participation_is_never_taken_for_something_else(columns: Sequence[str]) -> None:
    export = layouts.recognised(columns)
    assert export is not None
    assert export.kind is Kind.PARTICIPATIONS


@pytest.mark.parametrize("columns", exports.MISSIONS.values(), ids=exports.MISSIONS)
def test_missions_are_recognised(columns: Sequence[str]) -> None:
    export = layouts.recognised(columns)
    assert export is not None
    assert export.kind is Kind.MISSIONS


def test_our_own_sheet_and_our_own_export_are_not_the_platforms() -> None:
    assert layouts.recognised(["first_name", "phone", "email", "postcode"]) is None
    assert layouts.recognised(["id", "first_name", "last_name", "phone", "email", "state"]) is None


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_a_csv_is_read_however_it_was_saved(line: Line, delimiter: str, encoding: str) -> None:
    columns = exports.PARTICIPATIONS["2024-03-21"]
    (found,) = read(line, excel_csv(columns, [CAMILLE], delimiter=delimiter, encoding=encoding))

    assert isinstance(found, Entry)
    assert found.first_name == "Gaëlle"


@pytest.mark.parametrize(
    "mobile",
    ["0639980101", "06.39.98.01.01", "+33639980101", 33639980101, 639980101, 639980101.0, "'0639980101"],
)
@each_way
def test_a_telephone_may_be_text_a_number_or_a_float(line: Line, mobile: Cell, write: object) -> None:
    found = one(line, write, mobile=mobile)

    assert isinstance(found, Entry)
    assert found.phone is not None
    assert found.phone.e164 == "+33639980101"


def test_what_excel_took_for_a_formula_is_read_or_empty(line: Line) -> None:
    as_text = one(line, excel_csv, mobile='="0639980101"')
    broken = one(line, excel_csv, first_name="#NOM?", last_name="#NOM?")

    assert isinstance(as_text, Entry)
    assert as_text.phone is not None
    assert isinstance(broken, RowReport)
    assert broken.reason == "coordonnées masquées par la plateforme"


def test_a_postcode_gets_its_zero_back(line: Line) -> None:
    found = one(line, zip=5100)

    assert isinstance(found, Entry)
    assert found.postcode == "05100"


def test_the_other_telephone_stands_in_for_an_unreadable_mobile(line: Line) -> None:
    found = one(line, columns=exports.PROFILES["2020-03"], mobile="06 39")

    assert isinstance(found, Entry)
    assert found.phone is not None
    assert found.phone.e164 == "+33199000101"


@pytest.mark.parametrize(
    ("cells", "outcome", "says"),
    [
        ({"first_name": "", "last_name": "", "state": "Mission signalée"}, Outcome.SKIPPED, "masquées"),
        ({"first_name": ""}, Outcome.REFUSED, "prénom"),
        ({"state": "Participation déclinée"}, Outcome.SKIPPED, "« Participation déclinée »"),
        ({"state": "Mission signalée"}, Outcome.SKIPPED, "« Mission signalée »"),
        ({"state": "Perdue"}, Outcome.REFUSED, "inconnu : « Perdue »"),
        ({"birthday": "2012-01-01"}, Outcome.SKIPPED, "n'a pas 16 ans"),
    ],
)
def test_a_row_of_no_use_is_left_aside_with_a_reason(
    line: Line, cells: dict[str, Cell], outcome: Outcome, says: str
) -> None:
    found = one(line, **cells)

    assert isinstance(found, RowReport)
    assert found.outcome is outcome
    assert says in found.reason


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("En attente de validation", VolunteerState.PENDING),
        ("En cours de traitement", VolunteerState.PENDING),
        ("Validée", VolunteerState.ACTIVE),
        ("Mission en cours", VolunteerState.ACTIVE),
        ("MISSION VALIDEE", VolunteerState.ACTIVE),
        ("Mission effectuée", VolunteerState.PENDING),
        ("Effectuée", VolunteerState.PENDING),
    ],
)
def test_every_living_state_has_one_of_ours(line: Line, word: str, state: VolunteerState) -> None:
    found = one(line, state=word)

    assert isinstance(found, Entry)
    assert found.state is state


def test_what_cannot_be_read_is_left_aside_without_the_person(line: Line) -> None:
    found = one(line, email="gaelle", birthday="un jour")

    assert isinstance(found, Entry)
    assert (found.email, found.birth_date) == (None, None)
    assert "adresse électronique illisible" in found.doubt
    assert "date de naissance illisible" in found.doubt


@given(st.dictionaries(st.sampled_from(sorted(CAMILLE)), st.text(max_size=60)))
def test_no_cell_whatever_breaks_an_export(line: Line, cells: dict[str, str]) -> None:
    """A fault stays in its row."""
    printable = {name: "".join(mark for mark in text if mark.isprintable()) for name, text in cells.items()}
    found = one(line, lambda columns, rows: excel_csv(columns, rows, encoding="utf-8"), **printable)

    assert isinstance(found, Entry | RowReport)


MJC: Mapping[str, Cell] = {
    "id": 31,
    "name": "MJC d’Exemple",
    "nom": "MJC d’Exemple",
    "state": "Validée",
    "statut_juridique": "Association",
    "association_types": '["Agrément jeunesse et éducation populaire","Autre agrément"]',
    "siret": "12345678900012",
    "full_address": "1 rue de l’Exemple, 05100 Briançon",
    "adresse_complete": "1 rue de l’Exemple, 05100 Briançon",
    "zip": 5100,
    "city": "Briançon",
    "ville": "Briançon",
    "website": "https://exemple.fr",
    "site_internet": "https://exemple.fr",
    "user_email": "mjc@exemple.fr",
    "structure_email": "mjc@exemple.fr",
    "structure_phone": "01 99 00 01 50",
    "rna": "W051000001",
}


def structure(columns: Sequence[str], **cells: Cell) -> Structure | RowReport:
    stream = stream_in(xlsx(columns, [{**MJC, **cells}]))
    export = layouts.recognised(stream.columns)
    assert export is not None
    assert export.kind is Kind.STRUCTURES
    return structures.read(export, next(stream.rows))


@pytest.mark.parametrize("year", exports.STRUCTURES)
def test_a_structure_is_read_in_both_layouts(year: str) -> None:
    found = structure(exports.STRUCTURES[year])

    assert isinstance(found, Structure)
    assert (found.values["platform_id"], found.who) == ("31", "MJC d’Exemple")
    assert found.values["legal_status"] is LegalStatus.ASSOCIATION
    assert found.values["approval"] == "Agrément jeunesse et éducation populaire, Autre agrément"
    assert (found.values["postcode"], found.values["area"], found.values["city"]) == (
        "05100",
        "05",
        "Briançon",
    )
    assert found.values["email"] == "mjc@exemple.fr"
    later = year.startswith("2024")
    assert found.values["phone"] == ("+33199000150" if later else None)
    assert found.values["rna"] == ("W051000001" if later else None)


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        ("Collectivité", "", LegalStatus.LOCAL_AUTHORITY),
        ("Collectivité territoriale", "", LegalStatus.LOCAL_AUTHORITY),
        ("Structure publique", "Collectivité territoriale", LegalStatus.LOCAL_AUTHORITY),
        ("Structure publique", "Etablissement public", LegalStatus.PUBLIC),
        ("Organisation publique", "", LegalStatus.PUBLIC),
        ("Structure privée", "", LegalStatus.PRIVATE),
        ("Organisation privée", "", LegalStatus.PRIVATE),
        ("Autre", "", LegalStatus.OTHER),
    ],
)
def test_every_legal_status_of_every_year_is_one_of_ours(
    status: str, kind: str, expected: LegalStatus
) -> None:
    columns = exports.STRUCTURES["2020-04"]
    found = structure(columns, statut_juridique=status, structure_publique_type=kind)

    assert isinstance(found, Structure)
    assert found.values["legal_status"] is expected


def test_a_draft_is_no_partner() -> None:
    found = structure(exports.STRUCTURES["2024-03"], state="Brouillon")

    assert isinstance(found, RowReport)
    assert "brouillon" in found.reason


def test_a_long_name_fits_its_column() -> None:
    found = structure(exports.STRUCTURES["2024-03"], nom="x" * 400, site_internet="https://" + "y" * 400)

    assert isinstance(found, Structure)
    assert (len(found.values["name"]), len(found.values["website"])) == (200, 300)
