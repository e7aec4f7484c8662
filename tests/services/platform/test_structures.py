"""Structures of the platform become partners: without needs until a coordinator says what they take."""

from hotline.bootstrap import Hotline
from hotline.models import Partner
from hotline.models.status import LegalStatus
from hotline.services.sheets import Outcome
from tests.records import only, rows
from tests.services.platform import exports
from tests.services.platform.exports import Cell, excel_csv, xlsx
from tests.services.platform.people import everything, handed_in, names, taken_back, told

COLUMNS = exports.STRUCTURES["2024-03"]
MJC: dict[str, Cell] = {
    "id": 31,
    "nom": "MJC d’Exemple",
    "state": "Validée",
    "statut_juridique": "Association",
    "association_types": "Agrément jeunesse et éducation populaire",
    "structure_phone": 199000150,
    "structure_email": "mjc@exemple.fr",
    "adresse_complete": "1 rue de l’Exemple",
    "zip": "05100",
    "ville": "Briançon",
}
PANIER: dict[str, Cell] = {**MJC, "id": 32, "nom": "Le Panier", "statut_juridique": "Organisation privée"}


def change(hotline: Hotline, **values: object) -> None:
    with hotline.database.write() as session:
        for name, value in values.items():
            setattr(session.query(Partner).one(), name, value)


def test_a_structure_becomes_a_partner_without_needs(hotline: Hotline) -> None:
    report = handed_in(hotline, excel_csv(COLUMNS, [MJC, PANIER]))

    mjc, panier = rows(hotline, Partner)
    assert report.count(Outcome.CREATED) == 2
    assert (mjc.name, mjc.platform_id, mjc.needs, mjc.area) == ("MJC d’Exemple", "31", "", "05")
    assert (mjc.phone, mjc.email, mjc.city) == ("+33199000150", "mjc@exemple.fr", "Briançon")
    assert (mjc.legal_status, panier.legal_status) == (LegalStatus.ASSOCIATION, LegalStatus.PRIVATE)
    assert mjc.archived_at is None


def test_what_a_coordinator_keeps_is_not_overwritten(hotline: Hotline) -> None:
    handed_in(hotline, xlsx(COLUMNS, [MJC]))
    change(hotline, needs="AIDE_ALIMENTAIRE", area="05,04", phone="+33199000177")

    report = handed_in(hotline, xlsx(COLUMNS, [{**MJC, "nom": "MJC du Nord"}]))

    mjc = only(hotline, Partner)
    assert [row.outcome for row in report.rows] == [Outcome.UPDATED]
    assert (mjc.name, mjc.needs, mjc.area, mjc.phone) == (
        "MJC du Nord",
        "AIDE_ALIMENTAIRE",
        "05,04",
        "+33199000177",
    )


def test_a_partner_typed_in_by_hand_is_known_by_name_and_town(hotline: Hotline) -> None:
    handed_in(hotline, xlsx(COLUMNS, [MJC]))
    change(hotline, platform_id=None)

    handed_in(hotline, xlsx(COLUMNS, [{**MJC, "nom": "MJC D’EXEMPLE"}]))

    assert only(hotline, Partner).platform_id == "31"


def test_a_structure_that_the_platform_shuts_out_is_put_away(hotline: Hotline) -> None:
    handed_in(hotline, xlsx(COLUMNS, [MJC]))
    shut = [{**MJC, "state": "Désinscrite"}, {**PANIER, "state": "Signalée"}]

    report = handed_in(hotline, xlsx(COLUMNS, shut))

    assert only(hotline, Partner).archived_at == hotline.clock.now()
    assert [(number, outcome) for number, outcome, _why in told(report)] == [(2, "updated"), (3, "skipped")]
    assert "« Signalée »" in report.rows[1].reason


def test_a_structure_that_waits_there_is_kept_and_told(hotline: Hotline) -> None:
    report = handed_in(hotline, xlsx(COLUMNS, [{**MJC, "state": "En attente de validation"}, MJC]))

    assert told(report) == [
        (2, "created", "pas encore validée sur la plateforme"),
        (3, "skipped", "même structure que la ligne 2"),
    ]
    assert names(hotline, Partner) == ["MJC d’Exemple"]


def test_an_import_of_structures_is_undone_exactly(hotline: Hotline) -> None:
    handed_in(hotline, xlsx(COLUMNS, [MJC]))
    before = everything(hotline)
    changed = {**MJC, "nom": "MJC du Nord", "state": "Validée", "ville": "Gap"}

    report = handed_in(hotline, xlsx(COLUMNS, [changed, PANIER]))
    taken_back(hotline, report)

    assert everything(hotline) == before
