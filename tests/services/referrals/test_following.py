"""A need until it is answered: passed on with consent alone, reminded, taken or refused, told, closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hotline.bootstrap import Hotline
from hotline.models import Alert, Caller, OutboxRow, Request
from hotline.models.status import Need, ReferralChannel, ReferralState, ReferralStepKind, RequestState
from hotline.services import requests
from hotline.services.referrals import answering, needs, partners, telling, undoing
from hotline.services.referrals.holding import CannotRefer
from tests import referring
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import offer, waits

ODETTE, LANDLINE = "+33639980101", "+33199000101"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Blanchard", postcode="05100")


def open_alerts(hotline: Hotline) -> list[str]:
    return [alert.kind for alert in rows(hotline, Alert) if alert.closed_at is None]


def written(hotline: Hotline, kind: str) -> list[str]:
    return [row.body for row in rows(hotline, OutboxRow) if row.kind == kind]


def test_the_same_need_told_twice_is_one_need_with_both_sentences(hotline: Hotline, odette: int) -> None:
    first = referring.add_need(hotline, odette)
    again = referring.add_need(hotline, odette, words="le frigo est vide")
    assert again == first
    assert referring.get(hotline, first).words == "plus rien à manger\nle frigo est vide"
    assert referring.add_need(hotline, odette, Need.GARDE_ENFANTS) != first


def test_a_need_that_was_closed_can_come_again(hotline: Hotline, odette: int) -> None:
    first = referring.add_need(hotline, odette)
    referring.close(hotline, first)
    assert referring.add_need(hotline, odette) != first


def test_a_conversation_is_never_referred(hotline: Hotline, odette: int) -> None:
    with pytest.raises(ValueError, match="conversation"):
        referring.add_need(hotline, odette, Need.LIEN)


def test_nothing_is_passed_on_without_a_partner_and_without_consent(hotline: Hotline, odette: int) -> None:
    need = referring.add_need(hotline, odette)
    with pytest.raises(CannotRefer, match="partenaire"):
        referring.send(hotline, need)
    referring.choose(hotline, need, referring.add_partner(hotline))
    for channel in ReferralChannel:
        with pytest.raises(CannotRefer, match="accord"):
            referring.send(hotline, need, channel)
    with pytest.raises(CannotRefer, match="accord"):
        referring.consent(hotline, need, "  ")
    referring.consent(hotline, need)
    referring.send(hotline, need)
    assert referring.get(hotline, need).state is ReferralState.SENT
    assert rows(hotline, OutboxRow) == []


def test_exactly_what_a_partner_learns_is_kept(hotline: Hotline, odette: int) -> None:
    line = referring.with_mail(hotline)
    for channel, words in (
        (ReferralChannel.TEXT, "Odette, 05100, n’a plus rien : « aidez-la »."),
        (ReferralChannel.MAIL, "Bonjour,\n\nOdette n’a plus rien."),
    ):
        need = referring.add_need(hotline, odette)
        referring.choose(hotline, need, referring.add_partner(hotline))
        referring.consent(hotline, need)
        referring.send(hotline, need, channel, words, line)
        kept = referring.get(hotline, need)
        assert (kept.passed_on, kept.channel) == (rows(hotline, OutboxRow)[-1].body, channel)
        referring.close(hotline, need)


def test_a_partner_that_cannot_be_written_to_is_told_so_at_once(hotline: Hotline, odette: int) -> None:
    need = referring.add_need(hotline, odette)
    bare = referring.add_partner(hotline, phone=LANDLINE, email=None)
    referring.choose(hotline, need, bare)
    referring.consent(hotline, need)
    for channel in (ReferralChannel.TEXT, ReferralChannel.MAIL):
        with pytest.raises(CannotRefer, match="ne peut pas partir"):
            referring.send(hotline, need, channel)
    assert referring.get(hotline, need).state is ReferralState.TO_SEND


def test_the_partner_is_reminded_and_the_team_alerted_until_there_is_an_answer(
    hotline: Hotline, clock: StoppedClock, odette: int
) -> None:
    need = referring.sent(hotline, odette)
    waits_for = []
    for days in (2, 4, 8):
        clock.advance(timedelta(days=days) - timedelta(minutes=1))
        assert referring.follow(hotline) == 0
        clock.advance(timedelta(minutes=1))
        assert referring.follow(hotline) == 1
        waits_for.append(open_alerts(hotline))
    assert waits_for == [["partner_silent"]] * 3
    assert len(written(hotline, "referral")) == 3
    assert "Odette" in written(hotline, "referral")[0]
    referring.answer(hotline, answering.taken, need, "Nous passons demain.")
    assert open_alerts(hotline) == []
    clock.advance(timedelta(days=60))
    assert referring.follow(hotline) == 0


def test_an_alert_that_was_closed_comes_again_when_the_silence_goes_on(
    hotline: Hotline, clock: StoppedClock, odette: int
) -> None:
    referring.sent(hotline, odette)
    for days in (2, 4):
        clock.advance(timedelta(days=days))
        referring.follow(hotline)
        with hotline.database.write() as session:
            session.execute(update(Alert).values(closed_at=clock.now()))
    assert [alert.kind for alert in rows(hotline, Alert)] == ["partner_silent", "partner_silent"]


def test_reminders_go_by_mail_where_mails_are_written(
    hotline: Hotline, clock: StoppedClock, odette: int
) -> None:
    need = referring.sent(hotline, odette)
    clock.advance(timedelta(days=2))
    referring.follow(hotline, referring.with_mail(hotline))
    reminder = rows(hotline, OutboxRow)[-1]
    assert reminder.address_id is not None
    assert "sans réponse" in (reminder.subject or "")
    assert ReferralStepKind.REMINDED in referring.kinds(hotline, need)


def test_a_need_that_nobody_passes_on_is_brought_to_mind(
    hotline: Hotline, clock: StoppedClock, odette: int
) -> None:
    referring.add_need(hotline, odette)
    clock.advance(timedelta(days=2))
    assert referring.follow(hotline) == 1
    assert referring.follow(hotline) == 0
    assert open_alerts(hotline) == ["need_waiting"]


def test_whoever_takes_texts_learns_who_will_phone(hotline: Hotline, odette: int) -> None:
    need = referring.sent(hotline, odette)
    referring.answer(hotline, answering.taken, need)
    (text,) = written(hotline, "referral_told")
    assert text.startswith("On se parle : Collectif Solidarité Courses va vous appeler")
    with hotline.database.read() as session:
        assert telling.to_say(session, {odette}) == {}


def test_with_a_landline_somebody_has_to_say_who_will_phone(hotline: Hotline) -> None:
    rose = add_caller(hotline, LANDLINE, "Rose")
    need = referring.sent(hotline, rose)
    referring.answer(hotline, answering.taken, need)
    with hotline.database.read() as session:
        (said,) = telling.to_say(session, {rose})[rose]
    assert (said.referral_id, said.partner) == (need, referring.COLLECTIVE)
    at = hotline.clock.now()
    hotline.database.run(lambda session: telling.said(session, need, at, actor="Paul"))
    with hotline.database.read() as session:
        assert telling.to_say(session, {rose}) == {}
    with pytest.raises(CannotRefer, match="sait déjà"):
        hotline.database.run(lambda session: telling.said(session, need, at, actor="Paul"))


def test_after_a_no_another_partner_is_chosen(hotline: Hotline, odette: int) -> None:
    need = referring.sent(hotline, odette)
    referring.answer(hotline, answering.refused, need, "Trop loin.")
    assert referring.get(hotline, need).state is ReferralState.REFUSED
    other = referring.add_partner(hotline, "Épicerie sociale")
    referring.choose(hotline, need, other)
    referring.send(hotline, need)
    kept = referring.get(hotline, need)
    assert (kept.state, kept.partner_id) == (ReferralState.SENT, other)
    with hotline.database.read() as session:
        asked = partners.records(session, [other, other - 1])
    assert asked[other] == partners.Record(asked=1, answered=0)
    assert asked[other - 1] == partners.Record(asked=1, answered=1)


def own_request(hotline: Hotline, caller_id: int, need: Need = Need.AIDE_ALIMENTAIRE) -> int:
    request = waits(hotline, caller_id)
    with hotline.database.write() as session:
        session.get_one(Request, request).need = need
    return request


def request_state(hotline: Hotline, request_id: int) -> RequestState:
    with hotline.database.read() as session:
        return session.get_one(Request, request_id).state


def test_a_request_for_that_very_need_goes_with_it_and_closes_with_it(hotline: Hotline, odette: int) -> None:
    request = own_request(hotline, odette)
    need = referring.sent(hotline, odette, request_id=request)
    assert request_state(hotline, request) is RequestState.REFERRED
    referring.answer(hotline, answering.taken, need)
    referring.close(hotline, need)
    assert request_state(hotline, request) is RequestState.CLOSED


def test_a_request_for_a_conversation_goes_on_beside_the_need(hotline: Hotline, odette: int) -> None:
    request = own_request(hotline, odette, Need.LIEN)
    need = referring.sent(hotline, odette, request_id=request)
    referring.close(hotline, need)
    assert request_state(hotline, request) is RequestState.WAITING


def test_an_offer_that_nobody_has_answered_is_taken_back_when_a_partner_is_told(
    hotline: Hotline, odette: int
) -> None:
    request = own_request(hotline, odette)
    offer(hotline, request, add_volunteer(hotline, "Paul", "+33639980102"))
    referring.sent(hotline, odette, request_id=request)
    assert request_state(hotline, request) is RequestState.REFERRED


def test_somebody_referred_who_calls_again_waits_for_a_volunteer(hotline: Hotline, odette: int) -> None:
    request = own_request(hotline, odette)
    referring.sent(hotline, odette, request_id=request)
    at = hotline.clock.now()

    def phones_again(session: object) -> int:
        return requests.open_for(session, session.get_one(Caller, odette), at).id  # type: ignore[attr-defined,arg-type]

    new = hotline.database.run(phones_again)
    assert new != request
    assert request_state(hotline, new) is RequestState.WAITING


def test_each_step_can_be_taken_back(hotline: Hotline, odette: int) -> None:
    request = own_request(hotline, odette)
    need = referring.add_need(hotline, odette, request_id=request)
    taken_back = []

    def back(step: int) -> None:
        at = hotline.clock.now()
        hotline.database.run(lambda session: undoing.undo(session, step, at))
        taken_back.append((referring.get(hotline, need).state, request_state(hotline, request)))

    partner = referring.add_partner(hotline)
    back(referring.choose(hotline, need, partner))
    referring.choose(hotline, need, partner)
    back(referring.consent(hotline, need))
    referring.consent(hotline, need)
    back(referring.send(hotline, need))
    referring.send(hotline, need)
    back(referring.answer(hotline, answering.refused, need))
    back(referring.answer(hotline, answering.taken, need))
    referring.answer(hotline, answering.taken, need)
    back(referring.close(hotline, need))
    assert taken_back == [
        *[(ReferralState.TO_SEND, RequestState.WAITING)] * 3,
        *[(ReferralState.SENT, RequestState.REFERRED)] * 2,
        (ReferralState.TAKEN, RequestState.REFERRED),
    ]


def test_what_something_newer_is_against_is_not_taken_back(hotline: Hotline, odette: int) -> None:
    need = referring.add_need(hotline, odette)
    chosen = referring.choose(hotline, need, referring.add_partner(hotline))
    referring.consent(hotline, need)
    at = hotline.clock.now()
    with pytest.raises(CannotRefer, match="entre-temps"):
        hotline.database.run(lambda session: undoing.undo(session, chosen, at))


def test_a_closed_need_is_opened_again_unless_there_is_a_newer_one(hotline: Hotline, odette: int) -> None:
    first = referring.add_need(hotline, odette)
    referring.close(hotline, first)
    second = referring.add_need(hotline, odette)
    at = hotline.clock.now()

    def reopen() -> None:
        hotline.database.run(
            lambda session: answering.reopened(session, hotline.line, first, at, actor="Nadia")
        )

    with pytest.raises(CannotRefer, match="plus récent"):
        reopen()
    referring.close(hotline, second)
    reopen()
    assert referring.get(hotline, first).state is ReferralState.TO_SEND
    with hotline.database.read() as session:
        assert [one.id for one in needs.open_of(session, odette)] == [first]


def test_an_answer_before_the_need_was_passed_on_is_refused(hotline: Hotline, odette: int) -> None:
    need = referring.add_need(hotline, odette)
    referring.choose(hotline, need, referring.add_partner(hotline))
    for what in (answering.taken, answering.refused):
        with pytest.raises(CannotRefer, match="pas encore transmis"):
            referring.answer(hotline, what, need)


def test_partners_open_now_come_first_and_only_those_who_come_where_the_person_lives(
    hotline: Hotline,
) -> None:
    referring.add_partner(hotline, "Le soir", hours="Mo-Su 20:00-22:00")
    referring.add_partner(hotline, "Partout", area="")
    referring.add_partner(hotline, "Ailleurs", area="38,69")
    referring.add_partner(hotline, "Ici", area="05100")
    referring.add_partner(hotline, "Crèche", needs="GARDE_ENFANTS")
    referring.add_partner(hotline, "Fini", archived_at=hotline.clock.now())

    def suggested(postcode: str | None) -> list[str]:
        at = hotline.clock.now()
        with hotline.database.read() as session:
            found = partners.suggested(session, hotline.line, Need.AIDE_ALIMENTAIRE, postcode, at)
            return [fit.partner.name for fit in found]

    assert suggested("05100") == ["Ici", "Partout", "Le soir"]
    assert suggested("38000") == ["Ailleurs", "Partout"]
    assert suggested(None) == ["Ailleurs", "Ici", "Partout", "Le soir"]


def test_every_text_about_a_need_stays_one_row_per_step(hotline: Hotline, odette: int) -> None:
    referring.sent(hotline, odette)
    with hotline.database.read() as session:
        keys = session.scalars(select(OutboxRow.key)).all()
    assert len(keys) == len(set(keys))
