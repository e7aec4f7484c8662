"""An import is taken back as a whole: as it was before, but for what somebody has done since."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.bootstrap import Hotline
from hotline.models import Import, ImportedRow, Shift, Volunteer
from hotline.models.status import VolunteerState
from hotline.services.importing.undo import CannotUndo, Fate, Undone
from hotline.services.sheets import SheetReport
from tests.databases import on_sqlite
from tests.people import add_listener, add_volunteer
from tests.records import only, rows
from tests.services.platform.people import everything, handed_in, taken_back
from tests.services.test_imports import hold_a_caller

HEADER = "first_name;last_name;phone;email;capacity;note;languages\n"
CAMILLE = "Camille;Arnaud;0639980101;camille@example.org;2;au calme;fr\n"
NADIA = "Nadia;Blanc;0639980102;;1;;en\n"


def sheet(*lines: str) -> bytes:
    return (HEADER + "".join(lines)).encode()


def brought(hotline: Hotline, *lines: str) -> SheetReport:
    return handed_in(hotline, sheet(*lines))


def fates(undone: list[Undone]) -> dict[str, Fate]:
    return {one.who: one.fate for one in undone}


def change(hotline: Hotline, first_name: str, **values: object) -> None:
    with hotline.database.write() as session:
        one = next(one for one in session.query(Volunteer) if one.first_name == first_name)
        for name, value in values.items():
            setattr(one, name, value)


def test_new_people_go_with_their_telephones(hotline: Hotline) -> None:
    report = brought(hotline, CAMILLE, NADIA)

    undone = taken_back(hotline, report)

    assert everything(hotline) == {"Volunteer": [], "Partner": [], "Phone": []}
    assert set(fates(undone).values()) == {Fate.REMOVED}
    record = only(hotline, Import)
    assert (record.undone_by, record.undone_at) == ("Camille Faure", hotline.clock.now())
    assert rows(hotline, ImportedRow) == []


def test_whoever_was_known_is_as_before(hotline: Hotline) -> None:
    brought(hotline, CAMILLE)
    before = everything(hotline)

    report = brought(hotline, "Camille;Noir;0639980109;camille@example.org;5;;fr,en\n", NADIA)
    undone = taken_back(hotline, report)

    assert everything(hotline) == before
    assert fates(undone) == {"Camille Arnaud": Fate.RESTORED, "Nadia Blanc": Fate.REMOVED}


def test_whoever_came_back_by_import_has_left_again(hotline: Hotline) -> None:
    add_volunteer(hotline, "Camille", "+33639980101", state=VolunteerState.LEFT, waiting_since=None)
    before = everything(hotline)

    taken_back(hotline, brought(hotline, CAMILLE))

    assert everything(hotline) == before


def test_what_somebody_changed_since_stays(hotline: Hotline) -> None:
    brought(hotline, CAMILLE)
    report = brought(hotline, CAMILLE.replace(";2;", ";4;"), NADIA)
    change(hotline, "Camille", capacity=3)
    change(hotline, "Nadia", trainee=True)

    undone = taken_back(hotline, report)

    assert fates(undone) == {"Camille Arnaud": Fate.KEPT, "Nadia Blanc": Fate.KEPT}
    assert [one.capacity for one in rows(hotline, Volunteer)] == [3, 1]


def test_whoever_holds_a_caller_leaves_instead_of_vanishing(hotline: Hotline) -> None:
    report = brought(hotline, CAMILLE, NADIA)
    with hotline.database.write() as session:
        hold_a_caller(session, hotline, rows(hotline, Volunteer)[0].id)

    undone = taken_back(hotline, report)

    (camille,) = rows(hotline, Volunteer)
    assert (camille.state, camille.waiting_since) == (VolunteerState.LEFT, None)
    assert fates(undone) == {"Camille Arnaud": Fate.LEFT, "Nadia Blanc": Fate.REMOVED}


def test_whoever_is_on_the_roster_or_was_texted_leaves_instead_of_vanishing(hotline: Hotline) -> None:
    report = handed_in(hotline, sheet(CAMILLE), welcome=True)
    other = brought(hotline, NADIA)
    add_listener(hotline, "+33639980102")

    assert set(fates(taken_back(hotline, report) + taken_back(hotline, other)).values()) == {Fate.LEFT}
    assert only(hotline, Shift).phone_id == rows(hotline, Volunteer)[1].phone_id


def test_a_number_that_somebody_else_has_meanwhile_is_not_taken_from_them(hotline: Hotline) -> None:
    brought(hotline, CAMILLE)
    report = brought(hotline, CAMILLE.replace("0639980101", "0639980109"))
    brought(hotline, NADIA.replace("0639980102", "0639980101"))

    undone = taken_back(hotline, report)

    assert fates(undone) == {"Camille Arnaud": Fate.KEPT}
    assert [one.phone.number[-2:] for one in rows(hotline, Volunteer)] == ["09", "01"]


def test_an_import_is_undone_once(hotline: Hotline) -> None:
    report = brought(hotline, CAMILLE)
    taken_back(hotline, report)

    with pytest.raises(CannotUndo, match="déjà annulé"):
        taken_back(hotline, report)


def test_imports_are_undone_in_any_order(hotline: Hotline) -> None:
    first, second = brought(hotline, CAMILLE), brought(hotline, CAMILLE.replace("au calme", "le matin"))

    assert fates(taken_back(hotline, first)) == {"Camille Arnaud": Fate.KEPT}
    assert fates(taken_back(hotline, second)) == {"Camille Arnaud": Fate.RESTORED}
    assert only(hotline, Volunteer).note == "au calme"


_NAMES = st.sampled_from(["Ali", "Bruno", "Camille"])
_CELLS = st.tuples(
    _NAMES,
    st.sampled_from(["Blanc", "Noir"]),
    st.sampled_from([f"063998010{number}" for number in range(1, 6)]),
    st.sampled_from(["", "a@example.org", "b@example.org"]),
    st.sampled_from(["0", "1", "4"]),
    st.sampled_from(["", "le soir"]),
    st.sampled_from(["fr", "fr,en"]),
)
_SHEETS = st.lists(_CELLS, min_size=1, max_size=5, unique_by=lambda cells: cells[2])


@on_sqlite
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SHEETS, max_size=2), _SHEETS)
def test_whatever_is_imported_undone_it_is_as_before(
    hotline: Hotline, earlier: list[list[tuple[str, ...]]], later: list[tuple[str, ...]]
) -> None:
    for cells in earlier:
        brought(hotline, *(";".join(line) + "\n" for line in cells))
    before = everything(hotline)

    report = brought(hotline, *(";".join(line) + "\n" for line in later))
    taken_back(hotline, report)

    assert everything(hotline) == before
