"""A volunteer dials the line from their own phone and is joined with the caller given to them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Call, Callback, Contact, OutboxRow, Report, Request
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    CallOutcome,
    ReportSource,
    RequestState,
    VolunteerState,
)
from tests.conftest import LINE
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.relations import give
from tests.webhooks import Document, Webhooks, sid

ODETTE, MARIE = "+33199000201", "+33639980101"
LEG = 900
HOUR = timedelta(hours=1)


@dataclass
class Pair:
    """Marie phones Odette."""

    hotline: Hotline
    line: Webhooks

    def dial(self, number: int = 50) -> Document:
        return self.line.call(number, MARIE)

    def picked_up(self, dialled: Document, **more: str) -> Document:
        """Odette's telephone, or a machine, picks up."""
        return self.ask(str(dialled.verb("Number").get("url")), **more)

    def ask(self, url: str, **more: str) -> Document:
        return self.line.document(url, **self.leg(**more))

    def leg(self, **more: str) -> dict[str, str]:
        return self.line.form(LEG, LINE, To=ODETTE, ParentCallSid=sid("CA", 50), **more)

    def heard(self, dialled: Document, answered_by: str) -> int:
        """The carrier has listened to who picked up."""
        news = {"CallSid": sid("CA", LEG), "AnsweredBy": answered_by}
        return self.line.post(str(dialled.verb("Number").get("amdStatusCallback")), **news).status_code

    def end(self, status: str, number: int = 50, **more: str) -> Document:
        form = self.line.form(number, MARIE, DialCallStatus=status, **{"DialBridged": "false", **more})
        return self.line.document("/voice/bridge/ended", **form)

    def spoke(self, number: int = 50, seconds: int = 900) -> Document:
        return self.end("completed", number, DialBridged="true", DialCallDuration=str(seconds))

    def report(self, asked: Document, digits: str, number: int = 50) -> Document:
        on_key = str(asked.verb("Gather").get("action"))
        return self.line.document(on_key, **self.line.form(number, MARIE, Digits=digits))

    def call(self) -> Call:
        return rows(self.hotline, Call)[-1]

    def first(self) -> Callback:
        return rows(self.hotline, Callback)[0]


def given(hotline: Hotline, line: Webhooks, number: str = ODETTE, **caller: Any) -> Pair:
    """Odette has been given to Marie, for one call."""
    odette = add_caller(hotline, number, "Odette Martin", **caller)
    give(hotline, odette, add_volunteer(hotline, "Marie", MARIE), cadence=None)
    return Pair(hotline, line)


@pytest.fixture
def pair(hotline: Hotline, line: Webhooks) -> Pair:
    return given(hotline, line)


def test_the_volunteer_hears_a_brief_and_the_caller_is_rung_under_the_lines_number(pair: Pair) -> None:
    answer = pair.dial()
    dial = answer.verb("Dial")
    assert answer.said == "Bonjour Marie. Nous appelons Odette. Restez en ligne. " + ODETTE
    assert (dial.get("callerId"), dial.get("record"), dial[0].text) == (LINE, None, ODETTE)


def test_the_called_person_waits_a_word_then_hears_who_is_calling_and_presses_nothing(pair: Pair) -> None:
    dialled = pair.dial()
    waiting = pair.picked_up(dialled)
    assert waiting.said == "Bonjour, ne quittez pas. Bonjour, un appel de Marie pour Odette."
    assert pair.heard(dialled, "human") == 204
    told = pair.ask(str(waiting.verb("Gather").get("action")))
    assert told.said == "Bonjour, un appel de Marie pour Odette."
    assert [verb.tag for verb in told.root] == ["Say"], "then they are joined"


def test_the_association_is_named_to_whoever_agreed_to_it(hotline: Hotline, line: Webhooks) -> None:
    pair = given(hotline, line, hears_association=True)
    assert pair.picked_up(pair.dial()).said.endswith("pour Odette. C'est de la part d'On se parle.")


@pytest.mark.parametrize("early", [True, False], ids=["with the request", "beside it"])
def test_a_machine_hears_not_a_word_and_the_volunteer_is_told_of_the_next_try(
    hotline: Hotline, pair: Pair, *, early: bool
) -> None:
    dialled = pair.dial()
    if early:
        silent = pair.picked_up(dialled, AnsweredBy="machine_start")
    else:
        waiting = pair.picked_up(dialled)
        pair.heard(dialled, "machine_start")
        silent = pair.ask(str(waiting.verb("Gather").get("action")))
    assert ([verb.tag for verb in silent.root], silent.said) == (["Hangup"], "")
    over = pair.end("completed", DialCallDuration="5")
    assert "Un répondeur a pris l'appel, c'est noté." in over.said
    assert "Prochain essai : demain mercredi à onze heures." in over.said
    assert (pair.first().state, pair.first().outcome) == (
        CallbackState.NO_ANSWER,
        CallbackOutcome.ANSWERING_MACHINE,
    )
    assert pair.call().outcome is CallOutcome.FAILED


def test_a_machine_is_told_who_called_only_with_consent(hotline: Hotline, line: Webhooks) -> None:
    pair = given(hotline, line, takes_machine_messages=True, hears_association=True)
    message = pair.picked_up(pair.dial(), AnsweredBy="machine_start")
    assert message.said == " ".join(
        ["Bonjour Odette. Marie a essayé de vous joindre, nous rappellerons."] * 2
    )
    assert message.root[-1].tag == "Hangup"


def test_a_machine_known_only_once_they_were_joined_is_no_conversation(pair: Pair) -> None:
    dialled = pair.dial()
    pair.picked_up(dialled)
    pair.heard(dialled, "machine_end_beep")
    pair.spoke(seconds=12)
    assert pair.first().outcome is CallbackOutcome.ANSWERING_MACHINE


def test_a_machine_known_only_when_all_is_over_corrects_what_was_believed(pair: Pair) -> None:
    dialled = pair.dial()
    pair.spoke(seconds=12)
    assert pair.first().outcome is CallbackOutcome.REACHED
    for _ in range(2):
        pair.heard(dialled, "machine_start")
    assert (pair.first().state, pair.first().outcome) == (
        CallbackState.NO_ANSWER,
        CallbackOutcome.ANSWERING_MACHINE,
    )


def test_what_the_volunteer_tells_counts_more_than_what_the_carrier_heard(pair: Pair) -> None:
    dialled = pair.dial()
    pair.report(pair.spoke(), "1")
    pair.heard(dialled, "machine_start")
    assert pair.first().outcome is CallbackOutcome.REACHED


def test_news_about_nobody_or_without_a_word_are_no_news(hotline: Hotline, pair: Pair) -> None:
    dialled = pair.dial()
    assert pair.heard(dialled, "unknown") == 204
    assert pair.call().machine is None
    news = {"CallSid": sid("CA", LEG), "AnsweredBy": "machine_start"}
    assert pair.line.post("/voice/bridge/machine?call=77", **news).status_code == 204


def test_a_conversation_is_the_call_that_was_planned(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    assert "Merci pour cet appel" in pair.spoke().said
    pair.spoke()
    callback = only(hotline, Callback)
    assert (callback.state, callback.duration) == (CallbackState.MADE, 900), "told twice, counted once"
    assert pair.call().outcome is CallOutcome.BRIDGED
    pair.line.post("/voice/status", **pair.line.form(50, MARIE, CallStatus="completed"))
    assert pair.call().outcome is CallOutcome.BRIDGED
    assert only(hotline, Request).state is RequestState.ASSIGNED, "until she tells how it was"


def test_one_key_tells_that_all_is_well(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    asked = pair.spoke()
    for _ in range(2):
        assert "C'est noté, merci." in pair.report(asked, "1").said
    assert only(hotline, Report).source is ReportSource.KEY
    assert only(hotline, Request).state is RequestState.CLOSED


def test_one_key_tells_that_it_was_a_machine_after_all(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    asked = pair.spoke()
    for _ in range(2):
        assert "Prochain essai" in pair.report(asked, "2").said
    assert pair.first().outcome is CallbackOutcome.ANSWERING_MACHINE
    assert [one.state for one in rows(hotline, Callback)] == [CallbackState.NO_ANSWER, CallbackState.PLANNED]


def test_one_key_tells_the_coordinators_at_once_of_a_difficult_call(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    asked = pair.spoke()
    for _ in range(2):
        assert "L'équipe est prévenue" in pair.report(asked, "3").said
    assert only(hotline, Alert).kind == "difficult_call"
    assert only(hotline, Report).source is ReportSource.KEY
    assert pair.first().outcome is CallbackOutcome.ALERT


def test_another_key_is_asked_again_and_no_key_tells_nothing(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    asked = pair.spoke()
    assert asked.root[-1].tag == "Hangup"
    again = pair.report(asked, "7")
    assert "pas compris" in again.said
    assert [verb.tag for verb in again.root] == ["Say", "Gather", "Hangup"], "what else is typed is lost"
    assert rows(hotline, Report) == []


def test_nobody_reports_on_somebody_elses_call(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    on_key = str(pair.spoke().verb("Gather").get("action"))
    add_volunteer(hotline, "Bruno", "+33639980102")
    pair.line.call(60, "+33639980102")
    answer = pair.line.document(on_key, **pair.line.form(60, "+33639980102", Digits="3"))
    assert "Excusez-nous" in answer.said
    assert rows(hotline, Alert) == []


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        ("no-answer", "Personne n'a répondu", CallbackOutcome.NO_ANSWER),
        ("busy", "La ligne était occupée", CallbackOutcome.BUSY),
        ("failed", "Personne n'a répondu", CallbackOutcome.NO_ANSWER),
        ("completed", "Personne n'a répondu", CallbackOutcome.NO_ANSWER),
    ],
)
def test_when_nobody_was_reached_it_is_said_with_the_next_try_and_needs_no_report(
    hotline: Hotline, pair: Pair, status: str, said: str, outcome: CallbackOutcome
) -> None:
    pair.dial()
    for _ in range(2):
        over = pair.end(status)
        assert said in over.said
        assert "Prochain essai : demain mercredi à onze heures." in over.said
    tried, planned = rows(hotline, Callback)
    assert (tried.state, tried.outcome) == (CallbackState.NO_ANSWER, outcome)
    assert planned.state is CallbackState.PLANNED
    assert pair.call().outcome is CallOutcome.FAILED
    assert pair.dial(51).verb("Number").text == ODETTE, "she may try again at once"


def test_a_volunteer_who_hangs_up_while_it_rings_has_tried_nothing(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    pair.end("canceled", CallStatus="completed")
    assert pair.call().outcome is CallOutcome.HUNG_UP
    callback = only(hotline, Callback)
    assert (callback.state, callback.outcome) == (CallbackState.PLANNED, None)


def test_the_same_call_twice_hears_the_same(hotline: Hotline, pair: Pair) -> None:
    assert pair.dial().response.data == pair.dial().response.data
    assert len(rows(hotline, Call)) == 1


def test_a_conversation_that_was_cut_off_is_dialled_again_with_one_key(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    pair.spoke(seconds=3)
    asked = pair.dial(51)
    assert asked.said.startswith("Bonjour Marie. Vous avez appelé Odette. Pour rappeler Odette")
    assert pair.report(asked, "4", 51).verb("Number").text == ODETTE
    pair.end("no-answer", 51)
    assert pair.first().state is CallbackState.MADE, "she had spoken with her"
    pair.report(pair.dial(52), "4", 52)
    pair.spoke(52, seconds=600)
    assert pair.first().duration == 603


def test_a_report_can_be_given_by_telephone_later(hotline: Hotline, pair: Pair) -> None:
    pair.dial()
    pair.spoke()
    hotline.clock.advance(HOUR)
    pair.report(pair.dial(51), "1", 51)
    assert only(hotline, Request).state is RequestState.CLOSED
    assert only(hotline, Assignment).state is AssignmentState.ENDED


@pytest.mark.parametrize("number", ["+33899000000", "+447911123456"])
def test_a_number_that_may_not_be_dialled_is_said_and_told_to_the_coordinators(
    hotline: Hotline, line: Webhooks, number: str
) -> None:
    pair = given(hotline, line, number)
    answer = pair.dial()
    assert "Nous ne pouvons pas joindre" in answer.said
    assert not answer.has("Dial")
    pair.dial()
    pair.dial(51)
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


def test_a_fault_on_the_called_persons_leg_is_never_recorded(hotline: Hotline, line: Webhooks) -> None:
    form = line.form(900, LINE, Direction="outbound-dial", ParentCallSid=sid("CA", 50), ErrorCode="11200")
    answer = line.document("/voice/fallback", **form)
    assert not answer.has("Record")
    assert not rows(hotline, Call)


def test_an_announcement_without_its_call_names_nobody(line: Webhooks) -> None:
    form = line.form(LEG, LINE, ParentCallSid=sid("CA", 50))
    said = line.document("/voice/bridge/announce?call=77", **form).said
    assert said == "Bonjour, ne quittez pas. Bonjour, un appel d'un volontaire."
