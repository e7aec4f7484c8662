"""A sheet of volunteers: seen row by row first, written only once that is confirmed."""

import io

import pytest
from lxml import html
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, OutboxRow, Partner, Volunteer
from hotline.models.status import VolunteerState
from hotline.services.desk import sealed_sheets
from hotline.tables import write_xlsx
from tests.people import add_volunteer
from tests.records import rows
from tests.served import lender
from tests.services.platform import exports
from tests.web.desk.conftest import Desk, sign_in

MARIE = "+33639980101"
SHEET = "first_name;last_name;phone;capacity\nMarie;Petit;06 39 98 01 01;2\nPaul;Noir;06 39 98 01 02;\n"
FAULTY = f"{SHEET}Zoé;Blanc;12;\n"


def upload(desk: Desk, content: str | bytes, name: str = "equipe.csv") -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    return desk.client.post("/volunteers/import", data={"sheet": (io.BytesIO(data), name)})


def confirm(desk: Desk, seen: TestResponse, **ticked: str) -> TestResponse:
    form = html.fromstring(seen.data).cssselect("form[action$=confirm]")[0]
    kept = {name: form.fields[name] for name in ("sealed", "name")}
    return desk.client.post(
        "/volunteers/import/confirm",
        data={**kept, **ticked},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def said(answer: TestResponse) -> str:
    return " ".join(html.fromstring(answer.data).text_content().split())


def test_nothing_is_written_before_it_is_confirmed(desk: Desk, hotline: Hotline) -> None:
    add_volunteer(hotline, "Marie", MARIE)
    seen = upload(desk, SHEET)
    assert seen.status_code == 200
    assert "Rien n’est encore importé" in said(seen)
    assert "1 à ajouter" in said(seen)
    assert "1 à mettre à jour" in said(seen)
    assert [one.last_name for one in rows(hotline, Volunteer)] == ["Exemple"]
    told = said(confirm(desk, seen))
    assert "1 personne ajoutée, 1 mise à jour" in told
    assert [(one.first_name, one.last_name) for one in rows(hotline, Volunteer)] == [
        ("Marie", "Petit"),
        ("Paul", "Noir"),
    ]
    assert "volunteers.import" in {entry.action for entry in rows(hotline, AuditEntry)}


def test_a_faulty_row_holds_everything_back_until_it_is_left_out(desk: Desk, hotline: Hotline) -> None:
    seen = upload(desk, FAULTY)
    assert "1 à corriger" in said(seen)
    answer = confirm(desk, seen)
    assert answer.status_code == 422
    assert "Rien n’est importé" in said(answer)
    assert rows(hotline, Volunteer) == []
    confirm(desk, answer, skip_bad="1")
    assert [one.first_name for one in rows(hotline, Volunteer)] == ["Marie", "Paul"]


def test_newcomers_may_wait_or_be_welcomed_by_text(desk: Desk, hotline: Hotline) -> None:
    confirm(desk, upload(desk, SHEET), pending="1")
    assert {one.state for one in rows(hotline, Volunteer)} == {VolunteerState.PENDING}
    other = "first_name;phone\nAli;06 39 98 01 03\n"
    confirm(desk, upload(desk, other), welcome="1")
    assert [row.kind for row in rows(hotline, OutboxRow)] == ["welcome"]


def test_a_workbook_and_an_old_excel_alphabet_are_read(desk: Desk) -> None:
    book = io.BytesIO()
    write_xlsx(("first_name", "phone"), [{"first_name": "Élise", "phone": "06 39 98 01 04"}], book)
    assert "Élise" in said(upload(desk, book.getvalue(), "equipe.xlsx"))
    assert "Gaëlle" in said(upload(desk, "first_name;phone\nGaëlle;06 39 98 01 05\n".encode("cp1252")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choisissez d’abord un fichier"),
        (b"\0\1\2\3", "ni un tableau CSV ni un classeur Excel"),
        (b"nom;prenom\nA;B\n", "Colonnes manquantes"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(desk: Desk, content: bytes, says: str) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 422
    assert says in said(answer)


def test_a_sheet_of_three_hundred_kilobytes_goes_the_whole_way(desk: Desk, hotline: Hotline) -> None:
    notes = "x" * 3000
    lines = [f"Marie{n};06 39 98 {n // 100:02} {n % 100:02};{notes}" for n in range(100)]
    seen = upload(desk, "first_name;phone;note\n" + "\n".join(lines) + "\n")
    confirm(desk, seen)
    assert len(rows(hotline, Volunteer)) == 100


def test_a_sheet_of_more_than_eight_megabytes_is_to_be_cut() -> None:
    with pytest.raises(sealed_sheets.LostSheet, match="8 Mo"):
        sealed_sheets.stream(b"a" * (sealed_sheets.LARGEST + 1))


def test_a_sheet_of_too_many_lines_is_to_be_cut_because_callers_wait_meanwhile(desk: Desk) -> None:
    lines = [f"Marie{n};06 39 98 {n // 100:02} {n % 100:02}" for n in range(sealed_sheets.MOST_ROWS + 1)]
    answer = upload(desk, "first_name;phone\n" + "\n".join(lines))
    assert answer.status_code == 422
    assert "plus de 500 lignes : partagez-le en plusieurs" in said(answer)


def test_elsewhere_a_form_stays_small(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    answer = desk.client.post(f"/volunteers/{marie}/notes", data={"words": "a" * 100_000})
    assert answer.status_code == 413


def test_the_sheet_in_between_opens_for_nobody_else(desk: Desk, hotline: Hotline) -> None:
    seen = upload(desk, SHEET)
    assert "Petit" not in html.fromstring(seen.data).cssselect('input[name="sealed"]')[0].get("value")
    other = sign_in(hotline, name="Lou Blanc")
    answer = confirm(other, seen)
    assert answer.status_code == 422
    assert "choisissez-le encore une fois" in said(answer)
    assert rows(hotline, Volunteer) == []


COLUMNS = exports.PARTICIPATIONS["2024-03-21"]
GAELLE: dict[str, exports.Cell] = {
    "profile_id": 812,
    "first_name": "Gaëlle",
    "last_name": "Arnaud",
    "mobile": 639980101,
    "email": "gaelle@example.org",
    "state": "Validée",
}


def test_an_export_of_the_platform_is_taken_as_it_is(desk: Desk, hotline: Hotline) -> None:
    masked = {**GAELLE, "first_name": "", "last_name": "", "profile_id": 9}
    seen = upload(desk, exports.xlsx(COLUMNS, [GAELLE, GAELLE, masked]), "profiles.xlsx")
    assert "Fichier reconnu : participations de la plateforme" in said(seen)
    assert "1 à ajouter" in said(seen)
    assert "2 laissée de côté" in said(seen)
    assert "coordonnées masquées" in said(seen)
    assert rows(hotline, Volunteer) == []
    told = said(confirm(desk, seen))
    assert "1 personne ajoutée" in told
    assert "2 lignes laissées de côté" in told
    assert [one.first_name for one in rows(hotline, Volunteer)] == ["Gaëlle"]


def test_structures_become_partners(desk: Desk, hotline: Hotline) -> None:
    mjc = {"id": 31, "nom": "MJC d’Exemple", "state": "Validée", "statut_juridique": "Association"}
    seen = upload(desk, exports.excel_csv(exports.STRUCTURES["2024-03"], [mjc]))
    assert "Chaque structure devient un partenaire" in said(seen)
    confirm(desk, seen)
    assert [one.name for one in rows(hotline, Partner)] == ["MJC d’Exemple"]


def test_missions_are_told_from_people(desk: Desk) -> None:
    answer = upload(desk, exports.xlsx(exports.MISSIONS["2020-04"], [{"id": 1}]))
    assert answer.status_code == 422
    assert "Ce fichier décrit des missions" in said(answer)


def test_an_import_is_listed_and_taken_back(desk: Desk, hotline: Hotline) -> None:
    assert "Rien n’a encore été importé" in desk.text("/volunteers/imports")
    add_volunteer(hotline, "Marie", MARIE)
    confirm(desk, upload(desk, SHEET))
    assert "1 ajout, 1 mise à jour" in desk.text("/volunteers/imports")
    assert "equipe.csv" in desk.text("/volunteers/imports")
    answer = desk.post("/volunteers/imports/1/undo")
    assert "L’import est annulé : 1 fiche retirée, 1 remise." in said(answer)
    assert [one.last_name for one in rows(hotline, Volunteer)] == ["Exemple"]
    assert "annulé le" in desk.text("/volunteers/imports")
    assert "déjà annulé" in said(desk.post("/volunteers/imports/1/undo"))
    assert "n'existe pas" in said(desk.post("/volunteers/imports/99/undo"))


def test_what_was_changed_since_is_named_when_an_import_is_taken_back(desk: Desk, hotline: Hotline) -> None:
    confirm(desk, upload(desk, SHEET))
    with hotline.database.write() as session:
        session.get_one(Volunteer, 1).note = "préfère le matin"
    answer = desk.post("/volunteers/imports/1/undo")
    assert "Modifiées depuis, elles restent comme elles sont : Marie Petit." in said(answer)


def test_a_stranger_hands_in_nothing_large(hotline: Hotline) -> None:
    stranger = lender.lend(hotline).test_client()
    answer = stranger.post("/volunteers/import", data={"sheet": (io.BytesIO(b"a" * 200_000), "a.csv")})
    assert answer.status_code == 413
