"""Whoever registers may be known already: they are completed, never doubled, and nobody else learns of it."""

from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Call, Request, Volunteer
from hotline.models.status import VolunteerSource, VolunteerState
from hotline.services import calls, links
from hotline.telephony.webhooks import incoming_call
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.web.joining.conftest import E164, Newcomer, codes, says, texts


def known(hotline: Hotline, state: VolunteerState, **fields: Any) -> None:
    add_volunteer(hotline, "Solen", E164, state=state, **{"waiting_since": None, **fields})


def test_a_pending_volunteer_is_completed_and_what_we_knew_stays(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    known(hotline, VolunteerState.PENDING, postcode="05000", available="", source=VolunteerSource.SHEET)
    newcomer.joins()
    solen = only(hotline, Volunteer)
    assert (solen.first_name, solen.postcode) == ("Solen", "05000")
    assert (solen.email, solen.birth_date) == ("solene@exemple.fr", "1958-03-12")
    assert (solen.available, solen.languages) == ("Mo 08:00-17:00; We 17:00-21:00", "fr,ar")
    assert (solen.state, solen.source) == (VolunteerState.PENDING, VolunteerSource.SHEET)
    assert solen.charter_at is not None
    assert rows(hotline, Alert) == []


def test_whoever_had_left_waits_again_and_a_coordinator_is_told_to_read_the_file(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    known(hotline, VolunteerState.LEFT)
    newcomer.joins()
    assert only(hotline, Volunteer).state is VolunteerState.PENDING
    assert only(hotline, Alert).kind == "registered_again"


@pytest.mark.parametrize("state", [VolunteerState.ACTIVE, VolunteerState.PAUSED])
def test_whoever_is_in_the_team_gets_their_page_by_text_and_keeps_their_choices(
    hotline: Hotline, newcomer: Newcomer, state: VolunteerState
) -> None:
    known(hotline, state, available="Sa", languages="fr")
    newcomer.joins()
    solen = only(hotline, Volunteer)
    assert (solen.state, solen.available, solen.languages) == (state, "Sa", "fr")
    (told,) = texts(hotline, "answer")
    assert told.due_at == hotline.clock.now()
    with hotline.database.read() as session:
        found = links.find(session, told.body.rpartition("/v/")[2], hotline.clock.now())
        assert found is not None
    assert "/v/" not in says(newcomer.get("/merci"))


def test_somebody_whom_we_phone_may_register_and_stays_a_caller_until_welcomed(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    caller = add_caller(hotline, E164, "Solène Exemple")
    newcomer.joins()
    alert, solene = only(hotline, Alert), only(hotline, Volunteer)
    assert (alert.kind, alert.caller_id, alert.volunteer_id) == ("volunteer_is_caller", caller, solene.id)
    phoned = incoming_call({"CallSid": "CA" + "1" * 32, "From": E164, "To": hotline.line.number})
    hotline.database.run(
        lambda session: calls.answer(session, hotline.line, phoned, hotline.clock.now()) and None
    )
    assert (only(hotline, Call).volunteer_id, only(hotline, Request).caller_id) == (None, caller)


def test_two_browsers_with_one_mobile_make_one_volunteer(hotline: Hotline, newcomer: Newcomer) -> None:
    other = Newcomer(hotline, newcomer.clock, address="203.0.113.9")
    newcomer.registers()
    other.registers(first_name="Solenn")
    first, second = codes(hotline)
    assert newcomer.types(first).status_code == 303
    assert other.types(second).status_code == 303
    assert only(hotline, Volunteer).first_name == "Solène"
