"""A volunteer dials the line from their own phone and is joined with the caller given to them."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Call, Callback, Contact, OutboxRow, Request
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    CallOutcome,
    RequestState,
    VolunteerState,
)
from scheduler import jobs
from tests.conftest import LINE
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.webhooks import Document, Webhooks, sid

ODETTE, MARIE = "+33199000201", "+33639980101"


@dataclass
class Pair:
    """Marie phones Odette."""

    hotline: Hotline
    line: Webhooks

    def dial(self) -> Document:
        return self.line.call(50, MARIE)

    def end(self, status: str, **more: str) -> Document:
        form = self.line.form(50, MARIE, DialCallStatus=status, **{"DialBridged": "false", **more})
        return self.line.document("/voice/bridge/ended", **form)

    def call(self) -> Call:
        return rows(self.hotline, Call)[-1]


def given(hotline: Hotline, line: Webhooks, number: str = ODETTE, *, accepted: bool = True) -> Pair:
    """Odette has phoned; Marie has been asked, and has said yes."""
    add_caller(hotline, number, "Odette Martin")
    line.call(1, number)
    line.post("/voice/status", **line.form(1, number, CallStatus="completed"))
    add_volunteer(hotline, "Marie", MARIE)
    assert jobs.assignment_round(hotline)
    if accepted:
        line.text("OUI", MARIE)
    return Pair(hotline, line)


@pytest.fixture
def pair(hotline: Hotline, line: Webhooks) -> Pair:
    return given(hotline, line)


def test_the_volunteer_hears_a_brief_and_the_caller_is_rung_under_the_lines_number(pair: Pair) -> None:
    answer = pair.dial()
    dial = answer.verb("Dial")
    assert "Bonjour Marie. Nous appelons Odette. Restez en ligne." in answer.said
    assert (dial.get("callerId"), dial.get("record"), dial[0].text) == (LINE, None, ODETTE)
    assert "Martin" not in answer.said


def test_the_called_person_hears_first_who_is_calling(pair: Pair) -> None:
    announce = str(pair.dial().verb("Dial")[0].get("url"))
    heard = pair.line.document(announce, **pair.line.form(900, LINE, To=ODETTE, ParentCallSid=sid("CA", 50)))
    assert heard.said == "Bonjour, un appel de Marie pour Odette."
    assert [verb.tag for verb in heard.root] == ["Say"], "and nothing to press"


def test_a_conversation_is_the_call_that_was_planned(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    assert "Merci pour cet appel" in pair.end("completed", DialBridged="true", DialCallDuration="900").said
    callback = only(hotline, Callback)
    assert (callback.state, callback.duration) == (CallbackState.MADE, 900)
    assert pair.call().outcome is CallOutcome.BRIDGED
    pair.line.post("/voice/status", **pair.line.form(50, MARIE, CallStatus="completed"))
    assert pair.call().outcome is CallOutcome.BRIDGED
    assert only(hotline, Request).state is RequestState.ASSIGNED, "until she says FAIT"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("no-answer", CallbackOutcome.NO_ANSWER),
        ("busy", CallbackOutcome.BUSY),
        ("failed", CallbackOutcome.NO_ANSWER),
    ],
)
def test_when_nobody_answers_it_is_said_and_the_callback_stays_planned(
    hotline: Hotline, pair: Pair, status: str, outcome: CallbackOutcome
) -> None:
    pair.dial()
    assert "Personne n'a répondu" in pair.end(status).said
    callback = only(hotline, Callback)
    assert (callback.state, callback.outcome) == (CallbackState.PLANNED, outcome)
    assert pair.call().outcome is CallOutcome.FAILED
    assert pair.line.call(51, MARIE).verb("Dial")[0].text == ODETTE, "she may try again at once"


def test_a_volunteer_who_hangs_up_while_it_rings_has_tried_nothing(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    pair.end("canceled", CallStatus="completed")
    assert pair.call().outcome is CallOutcome.HUNG_UP
    callback = only(hotline, Callback)
    assert (callback.state, callback.outcome) == (CallbackState.PLANNED, None)


def test_the_same_call_twice_hears_the_same(hotline: Hotline, pair: Pair) -> None:
    assert pair.dial().response.data == pair.dial().response.data
    assert len(rows(hotline, Call)) == 2


def test_without_anybody_to_call_a_volunteer_hears_a_kind_word(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Marie", MARIE)
    answer = line.call(1, MARIE)
    assert "Personne n'attend votre appel" in answer.said
    assert not answer.has("Dial")
    assert not answer.has("Record")


def test_an_offer_is_accepted_by_telephone_with_one_key(hotline: Hotline, line: Webhooks) -> None:
    pair = given(hotline, line, accepted=False)
    asked = pair.dial()
    assert "Une proposition vous attend : appeler Odette." in asked.said
    on_key = asked.verb("Gather").get("action")
    for _ in range(2):
        said = line.document(on_key, **line.form(50, MARIE, Digits="1")).said
        assert "rappelez ce numéro" in said
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE
    assert only(hotline, Callback).state is CallbackState.PLANNED
    assert line.call(51, MARIE).has("Dial")


def test_an_offer_is_declined_by_telephone_and_another_key_asks_again(
    hotline: Hotline, line: Webhooks
) -> None:
    pair = given(hotline, line, accepted=False)
    on_key = pair.dial().verb("Gather").get("action")
    assert line.document(on_key, **line.form(50, MARIE, Digits="7")).has("Gather")
    assert "C'est noté" in line.document(on_key, **line.form(50, MARIE, Digits="2")).said
    assert only(hotline, Assignment).state is AssignmentState.DECLINED
    assert only(hotline, Request).state is RequestState.WAITING


def test_an_offer_made_to_somebody_else_cannot_be_answered_by_telephone(
    hotline: Hotline, line: Webhooks
) -> None:
    pair = given(hotline, line, accepted=False)
    on_key = pair.dial().verb("Gather").get("action")
    add_volunteer(hotline, "Bruno", "+33639980102")
    line.call(60, "+33639980102")
    answer = line.document(on_key, **line.form(60, "+33639980102", Digits="1"))
    assert "Personne n'attend votre appel" in answer.said
    assert only(hotline, Assignment).state is AssignmentState.OFFERED


def test_an_answer_by_telephone_that_comes_too_late_is_thanked(hotline: Hotline, line: Webhooks) -> None:
    pair = given(hotline, line, accepted=False)
    on_key = pair.dial().verb("Gather").get("action")
    hotline.clock.advance(timedelta(hours=5))
    jobs.expire_offers(hotline)
    assert "déjà trouvé quelqu'un" in line.document(on_key, **line.form(50, MARIE, Digits="1")).said


@pytest.mark.parametrize("number", ["+33899000000", "+447911123456"])
def test_a_number_that_may_not_be_dialled_is_said_and_told_to_the_coordinators(
    hotline: Hotline, line: Webhooks, number: str
) -> None:
    pair = given(hotline, line, number)
    answer = pair.dial()
    assert "Nous ne pouvons pas joindre" in answer.said
    assert not answer.has("Dial")
    pair.dial()
    line.call(51, MARIE)
    assert only(hotline, Alert).kind == "undialable"
    assert only(hotline, Callback).state is CallbackState.PLANNED


def test_a_volunteer_who_has_left_is_a_caller_like_everybody(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Marie", MARIE, state=VolunteerState.LEFT)
    line.call(1, MARIE)
    assert only(hotline, Call).caller_id is not None
    assert only(hotline, Request).state is RequestState.WAITING


def test_a_caller_who_phones_again_joins_their_request_and_their_volunteer_is_told(
    hotline: Hotline, pair: Pair
) -> None:
    for number in (2, 3):
        pair.line.call(number, ODETTE)
    assert {contact.request_id for contact in rows(hotline, Contact)} == {1}
    told = [row for row in rows(hotline, OutboxRow) if row.kind == "contact_again"]
    assert [row.phone.number for row in told] == [MARIE], "once a day"
    assert "Odette" in told[0].body


def listened_to(line: Webhooks, caller: str, listener: str) -> None:
    """The caller phones, the listener presses 1, they speak."""
    ringing = line.call(2, caller)
    leg = line.form(900, LINE, To=listener, ParentCallSid=sid("CA", 2))
    asked = line.document(str(ringing.verb("Dial")[0].get("url")), **leg)
    line.document(str(asked.verb("Gather").get("action")), **leg, Digits="1")
    bridged = line.form(2, caller, DialCallStatus="completed", DialBridged="true")
    line.document(str(ringing.verb("Dial").get("action")), **bridged)


def test_a_listener_does_not_end_what_a_volunteer_has_taken_on(hotline: Hotline, pair: Pair) -> None:
    listener = "+33639980102"
    add_listener(hotline, listener)
    listened_to(pair.line, ODETTE, listener)
    pair.line.text("FAIT", listener, number=2)
    assert only(hotline, Request).state is RequestState.ASSIGNED
    assert only(hotline, Callback).state is CallbackState.PLANNED
    assert only(hotline, Alert).kind == "not_understood"


def test_a_volunteer_on_shift_closes_the_matter_of_whom_they_just_listened_to(
    hotline: Hotline, pair: Pair
) -> None:
    lucien = "+33639980001"
    add_listener(hotline, MARIE)
    listened_to(pair.line, lucien, MARIE)
    pair.line.text("FAIT", MARIE, number=2)
    odette, luciens = rows(hotline, Request)
    assert (odette.state, luciens.state) == (RequestState.ASSIGNED, RequestState.CLOSED)


def test_a_conversation_that_was_cut_off_can_be_dialled_again(pair: Pair) -> None:
    pair.dial()
    pair.end("completed", DialBridged="true", DialCallDuration="3")
    again = pair.line.call(51, MARIE)
    assert again.verb("Number").text == ODETTE


def test_a_fault_on_the_called_persons_leg_is_never_recorded(hotline: Hotline, line: Webhooks) -> None:
    form = line.form(900, LINE, Direction="outbound-dial", ParentCallSid=sid("CA", 50), ErrorCode="11200")
    answer = line.document("/voice/fallback", **form)
    assert not answer.has("Record")
    assert not rows(hotline, Call)


def test_an_announcement_without_its_call_names_nobody(line: Webhooks) -> None:
    form = line.form(900, LINE, ParentCallSid=sid("CA", 50))
    assert (
        line.document("/voice/bridge/announce?call=77", **form).said == "Bonjour, un appel d'un volontaire."
    )
