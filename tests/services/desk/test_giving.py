"""Who suits a request and why not, giving by hand over soft rules, and taking all of it back."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.models import Assignment, OutboxRow, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    OutboxState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services.assignments import CannotChange
from hotline.services.desk import changes, explained, giving, undoable
from hotline.services.desk.changes import Deed
from hotline.services.desk.explained import Explained, Standing
from hotline.services.desk.giving import Choice, Rhythm
from hotline.services.matching import Refusal
from hotline.services.matching.explaining import Preference
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, calls, local, offer, waits

ODETTE = "+33639980001"
BY = "Claire"


@pytest.fixture
def request_id(hotline: Hotline) -> int:
    """Odette waits; she speaks Arabic and lives in the Hautes-Alpes."""
    return waits(hotline, add_caller(hotline, ODETTE, "Odette Martin", language="ar", postcode="05100"))


def choices(hotline: Hotline, request_id: int) -> list[Choice]:
    with hotline.database.read() as session:
        return giving.choices(session, hotline.line, request_id, hotline.clock.now())


def give(hotline: Hotline, request_id: int, volunteer_id: int, rhythm: Rhythm | None = None) -> list[Deed]:
    def hand(session: Session) -> list[Deed]:
        request, volunteer = session.get_one(Request, request_id), session.get_one(Volunteer, volunteer_id)
        at = hotline.clock.now()
        return giving.give(session, hotline.line, request, volunteer, rhythm or Rhythm(), at, actor=BY)[1]

    return hotline.database.run(hand)


def take_back(hotline: Hotline, deeds: list[Deed]) -> int:
    at = hotline.clock.now()
    return hotline.database.run(
        lambda session: undoable.take_back(session, hotline.line, deeds, at, actor=BY)
    )


def explain(hotline: Hotline, request_id: int) -> Explained:
    with hotline.database.read() as session:
        request = session.get_one(Request, request_id)
        return explained.explain(session, hotline.line, request, hotline.clock.now())


def test_whoever_suits_best_comes_first_and_each_other_with_all_that_speaks_against(
    hotline: Hotline, request_id: int
) -> None:
    add_volunteer(hotline, "Bruno", "+33639980102", capacity=0)
    add_volunteer(hotline, "Hugo", "+33639980104", quiet="Mo-Fr 08:00-16:00")
    add_volunteer(hotline, "Nadia", "+33639980103", languages="fr,ar", postcode="38000")
    add_volunteer(hotline, "Inès", "+33639980108", languages="ar", postcode="05000")
    add_volunteer(hotline, "Farid", "+33639980106", languages="ar", state=VolunteerState.PAUSED)
    found = choices(hotline, request_id)
    assert [one.name.split()[0] for one in found] == ["Inès", "Nadia", "Hugo", "Farid", "Bruno"]
    assert found[0].near
    assert found[2].against == (Refusal.LANGUAGE, Refusal.QUIET)
    assert found[2].forbidden is None
    assert [one.forbidden for one in found[3:]] == [Refusal.INACTIVE, Refusal.CAPACITY]
    assert [one.name for one in giving.found(found, "ines ex")] == ["Inès Exemple"]


def test_a_coordinator_may_give_over_a_soft_rule_and_take_it_back_before_the_text_leaves(
    hotline: Hotline, request_id: int, clock: StoppedClock
) -> None:
    hugo = add_volunteer(hotline, "Hugo", "+33639980104")
    deeds = give(hotline, request_id, hugo, Rhythm(parse(EVERY_TUESDAY)))
    text = only(hotline, OutboxRow)
    assert text.due_at == clock.now() + undoable.HOLD_BACK
    assert only(hotline, Request).kind is RequestKind.RECURRING
    clock.advance(timedelta(seconds=9))
    assert take_back(hotline, deeds) == 2
    request = only(hotline, Request)
    assert (request.state, request.kind, request.cadence) == (RequestState.WAITING, RequestKind.ONE_OFF, None)
    assert only(hotline, OutboxRow).state is OutboxState.FAILED
    assert only(hotline, Assignment).end_reason == "undone"


def test_giving_somebody_who_is_held_takes_them_from_their_volunteer_and_back_again(
    hotline: Hotline, request_id: int
) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101")
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    give(hotline, request_id, camille, Rhythm(parse(EVERY_TUESDAY)))
    with pytest.raises(CannotChange, match="déjà confiée à Camille"):
        give(hotline, request_id, camille)
    deeds = give(hotline, request_id, bruno, Rhythm(parse(EVERY_TUESDAY)))
    first, second = rows(hotline, Assignment)
    assert (first.end_reason, second.state) == ("handed_over", AssignmentState.ACTIVE)
    take_back(hotline, deeds)
    first, second = rows(hotline, Assignment)
    assert (first.state, second.end_reason) == (AssignmentState.ACTIVE, "undone")
    assert local(hotline, calls(hotline, first.id))[0] == "24/11 15:00"
    assert only(hotline, Request).state is RequestState.ASSIGNED


def test_offering_again_takes_back_what_is_not_answered_and_asks_whoever_suits_now(
    hotline: Hotline, clock: StoppedClock
) -> None:
    request_id = waits(hotline, add_caller(hotline, ODETTE, "Odette"))
    offer(hotline, request_id, add_volunteer(hotline, "Camille", "+33639980101"))
    add_volunteer(hotline, "Bruno", "+33639980102")
    with hotline.database.write() as session:
        changed = giving.offer_again(session, hotline.line, [request_id], clock.now(), actor=BY)
    assert changed.count == 1
    old, new = rows(hotline, Assignment)
    assert (old.state, old.end_reason) == (AssignmentState.EXPIRED, giving.TAKEN_BACK)
    assert (new.state, new.volunteer_id) == (AssignmentState.OFFERED, 2)
    assert take_back(hotline, changed.deeds) == 1
    assert only(hotline, Request).state is RequestState.WAITING
    clock.set(clock.now().replace(hour=22))
    with hotline.database.write() as session, pytest.raises(CannotChange, match="heures décentes"):
        giving.offer_again(session, hotline.line, [request_id], clock.now(), actor=BY)


def test_the_desk_explains_a_round_as_the_round_itself_does(hotline: Hotline) -> None:
    request_id = waits(hotline, add_caller(hotline, ODETTE, "Odette", postcode="05100"))
    camille = add_volunteer(hotline, "Camille", "+33639980101", postcode="05000")
    add_volunteer(hotline, "Bruno", "+33639980102", postcode="38000")
    add_volunteer(hotline, "Hugo", "+33639980103", languages="pt")
    told = explain(hotline, request_id)
    assert told.chosen is not None
    assert (told.chosen.volunteer_id, told.chosen.near) == (camille, True)
    verdicts = {one.name.split()[0]: one.verdict for one in told.others}
    assert verdicts == {"Bruno": Preference.FAR, "Hugo": Refusal.LANGUAGE}
    jobs.assignment_round(hotline)
    assert only(hotline, Assignment).volunteer_id == camille
    told = explain(hotline, request_id)
    assert (told.standing, told.chosen) == (Standing.OFFERED, None)
    assert {one.name.split()[0] for one in told.others} == {"Camille", "Bruno", "Hugo"}


def test_closing_many_is_taken_back_as_one_also_for_what_was_held(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101")
    waiting = waits(hotline, add_caller(hotline, ODETTE))
    held = waits(hotline, add_caller(hotline, "+33639980002"))
    give(hotline, held, camille)
    at = hotline.clock.now()
    with hotline.database.write() as session:
        changed = changes.close(session, [waiting, held], "elsewhere", "Sa fille est là.", at, actor=BY)
    assert {one.state for one in rows(hotline, Request)} == {RequestState.CLOSED}
    take_back(hotline, changed.deeds)
    assert [one.state for one in rows(hotline, Request)] == [RequestState.WAITING, RequestState.ASSIGNED]
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE


def test_what_somebody_changed_meanwhile_stays(hotline: Hotline, request_id: int) -> None:
    with hotline.database.write() as session:
        changed = changes.press(session, [request_id], 1)
    with hotline.database.write() as session:
        changes.press(session, [request_id], 1)
    with pytest.raises(CannotChange, match="entre-temps"):
        take_back(hotline, changed.deeds)
    assert only(hotline, Request).priority == 2
