"""Mails of the outbox: sent once, refused, tried again, in doubt once, stopped, bounced."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Address, Alert, Heartbeat, Mail, OutboxRow, move
from hotline.models.status import Direction, OutboxState
from hotline.services import deliveries, due, exports, health, post
from hotline.services.mails import bounces, sending, stops
from hotline.settings import load
from scheduler.posting import send_mails
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.postman import OWN, Postman, text
from tests.records import only, rows

pytestmark = pytest.mark.usefixtures("mailing")
ODETTE, CAMILLE = "Odette@exemple.org", "camille@exemple.org"


def enqueue(
    hotline: Hotline, key: str = "one", to: str = ODETTE, kind: str = "answer", **more: object
) -> bool:
    def write(session: Session) -> bool:
        given = {"subject": "Bonjour", "body": f"Bonjour {key}", "at": hotline.clock.now(), **more}
        return post.enqueue(session, hotline.line, kind=kind, key=key, to=to, **given)  # type: ignore[arg-type]

    return hotline.database.run(write)


def is_due(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), (due.MAILS,))


def says(hotline: Hotline) -> list[str]:
    with hotline.database.read() as session:
        found = health.report(session, hotline.line, hotline.clock.now(), faults=())
    return [reason.says for reason in found if reason.check in {"outbox", "smtp"}]


class TestSending:
    def test_a_mail_leaves_once_and_is_logged(self, hotline: Hotline, mailing: Postman) -> None:
        caller_id = add_caller(hotline, "+33639980001", "Odette Martin", email=ODETTE)
        assert enqueue(hotline)
        assert is_due(hotline)
        send_mails(hotline)
        send_mails(hotline)
        assert not is_due(hotline)
        (arrived,) = mailing.arrived
        assert text(arrived) == "Bonjour one\n"
        assert arrived["From"].addresses[0].display_name == "On se parle !!"
        assert only(hotline, OutboxRow).state is OutboxState.SENT
        logged = only(hotline, Mail)
        assert (logged.direction, logged.from_address, logged.to_address) == (Direction.OUTBOUND, OWN, ODETTE)
        assert (logged.message_id, logged.caller_id) == (arrived["Message-ID"], caller_id)

    @pytest.mark.parametrize(
        ("kind", "automatic"),
        [
            ("relay", None),
            ("answer", None),
            ("acknowledgement", "auto-replied"),
            ("waiting", "auto-generated"),
        ],
    )
    def test_what_a_machine_writes_says_so(
        self, hotline: Hotline, mailing: Postman, kind: str, automatic: str | None
    ) -> None:
        enqueue(hotline, kind=kind)
        send_mails(hotline)
        assert mailing.arrived[0]["Auto-Submitted"] == automatic
        assert only(hotline, Mail).automatic is (automatic is not None)

    def test_texts_and_mails_wait_in_one_box_and_never_meet(self, hotline: Hotline) -> None:
        enqueue(hotline)
        with hotline.database.write() as session:
            at = hotline.clock.now()
            assert not due.anything(session, hotline.line, at, (due.TEXTS, due.DOUBTS))
            assert sending.claim(session, hotline.line, at) is not None
            deliveries.abandon_stale(session, at + timedelta(minutes=2))
            assert deliveries.doubts(session, at + timedelta(hours=1), 10) == []
            assert not due.anything(session, hotline.line, at, (due.DOUBTS,))
        assert only(hotline, OutboxRow).state is OutboxState.SENDING

    def test_nothing_leaves_while_mails_are_not_set_up(
        self, hotline: Hotline, mailing: Postman, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enqueue(hotline)
        monkeypatch.delenv("HOTLINE_SMTP_URL")
        without = bootstrap.build(load(), hotline.clock)
        assert send_mails(without) == ""
        assert not enqueue(without, "two")
        without.database.close()
        send_mails(hotline)
        assert len(mailing.arrived) == 1

    def test_the_export_names_where_a_mail_went(self, hotline: Hotline) -> None:
        enqueue(hotline)
        with hotline.database.read() as session:
            (row,) = exports.rows(session, "outbox", hotline.line.zone)
        assert (row["to"], row["kind"]) == (ODETTE, "answer")


class TestTrouble:
    def test_a_server_that_is_away_is_tried_again_later_and_later(
        self, hotline: Hotline, clock: StoppedClock, mailing: Postman
    ) -> None:
        mailing.verdict = "451 Later"
        enqueue(hotline)
        waits = []
        for _ in range(6):
            send_mails(hotline)
            row = only(hotline, OutboxRow)
            waits.append((row.due_at - clock.now()) // timedelta(minutes=1))
            clock.set(row.due_at)
        assert waits == [1, 5, 15, 60, 240, 240]
        mailing.verdict = "250 OK"
        send_mails(hotline)
        assert only(hotline, OutboxRow).state is OutboxState.SENT
        assert rows(hotline, Alert) == []

    def test_a_server_out_of_reach_is_told_and_tried_once_a_round(
        self, hotline: Hotline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOTLINE_SMTP_URL", "smtp://127.0.0.1:1")
        lost = bootstrap.build(load(), hotline.clock)
        enqueue(lost, "one")
        enqueue(lost, "two")
        send_mails(lost)
        assert sorted(row.attempts for row in rows(lost, OutboxRow)) == [0, 1]
        assert [says for says in says(lost) if "serveur de courriels" in says]
        lost.database.close()
        send_mails(hotline)
        assert {beat.name for beat in rows(hotline, Heartbeat)} == {"smtp_ok", "smtp_fault"}

    def test_what_makes_no_sense_any_more_is_not_sent(
        self, hotline: Hotline, clock: StoppedClock, mailing: Postman
    ) -> None:
        enqueue(hotline, until=clock.now() + timedelta(hours=1))
        clock.advance(timedelta(hours=2))
        send_mails(hotline)
        assert mailing.arrived == []
        assert only(hotline, OutboxRow).state is OutboxState.FAILED
        assert only(hotline, Alert).kind == "mail_failed"

    def test_an_address_that_nobody_has_is_written_to_once(self, hotline: Hotline, mailing: Postman) -> None:
        volunteer_id = add_volunteer(hotline, "Camille", "+33639980101", email=CAMILLE)
        mailing.refusals[CAMILLE] = "550 5.1.1 No such user"
        enqueue(hotline, "one", CAMILLE)
        enqueue(hotline, "two", CAMILLE)
        send_mails(hotline)
        assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.FAILED}
        assert only(hotline, Address).bounced_at is not None
        alert = only(hotline, Alert)
        assert (alert.kind, alert.volunteer_id) == ("mail_failed", volunteer_id)
        assert not enqueue(hotline, "three", CAMILLE)

    def test_a_refused_text_says_nothing_of_the_address(self, hotline: Hotline, mailing: Postman) -> None:
        mailing.verdict = "554 Spam"
        enqueue(hotline)
        send_mails(hotline)
        assert only(hotline, OutboxRow).error_code == 554
        assert only(hotline, Address).bounced_at is None
        assert only(hotline, Alert).kind == "mail_failed"

    def test_a_broken_subject_fails_and_the_next_mail_leaves(self, hotline: Hotline) -> None:
        enqueue(hotline, "one", subject="Bonjour\nBcc: tous@exemple.org")
        enqueue(hotline, "two")
        send_mails(hotline)
        assert [row.state for row in rows(hotline, OutboxRow)] == [OutboxState.FAILED, OutboxState.SENT]


class TestDoubt:
    def test_a_doubt_goes_out_once_more_under_the_same_identifier(
        self, hotline: Hotline, clock: StoppedClock, mailing: Postman
    ) -> None:
        mailing.hangs_up = True
        enqueue(hotline)
        send_mails(hotline)
        assert only(hotline, OutboxRow).state is OutboxState.DOUBTFUL
        clock.advance(timedelta(minutes=4))
        assert not is_due(hotline)
        clock.advance(timedelta(minutes=2))
        mailing.hangs_up = False
        send_mails(hotline)
        assert only(hotline, OutboxRow).state is OutboxState.SENT
        first, second = mailing.arrived
        assert first["Message-ID"] == second["Message-ID"]
        assert len(rows(hotline, Mail)) == 1

    def test_a_second_doubt_is_told_and_not_repeated(
        self, hotline: Hotline, clock: StoppedClock, mailing: Postman
    ) -> None:
        mailing.hangs_up = True
        enqueue(hotline)
        for _ in range(4):
            send_mails(hotline)
            clock.advance(timedelta(minutes=6))
        assert len(mailing.arrived) == 2
        assert only(hotline, OutboxRow).state is OutboxState.FAILED
        assert "on ne sait pas" in (only(hotline, Alert).detail or "")

    def test_a_clock_that_dies_while_sending_leaves_a_doubt(
        self, hotline: Hotline, clock: StoppedClock, mailing: Postman
    ) -> None:
        enqueue(hotline)
        hotline.database.run(lambda session: sending.claim(session, hotline.line, clock.now()))
        send_mails(hotline)
        assert mailing.arrived == []
        clock.advance(timedelta(minutes=6))
        send_mails(hotline)
        assert len(mailing.arrived) == 1
        assert only(hotline, OutboxRow).attempts == 2

    def test_a_late_answer_of_the_first_try_changes_nothing_that_is_settled(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline)
        claimed = hotline.database.run(lambda session: sending.claim(session, hotline.line, clock.now()))
        assert claimed
        with hotline.database.write() as session:
            assert move(session, session.get_one(OutboxRow, claimed[0]), OutboxState.FAILED)
            sending.accepted(session, hotline.line, *claimed, clock.now())
        assert only(hotline, OutboxRow).state is OutboxState.FAILED


class TestStops:
    def stop(self, hotline: Hotline, address: str = ODETTE) -> bool:
        at = hotline.clock.now()
        return hotline.database.run(lambda session: stops.stop(session, hotline.line, address, "7", at))

    def test_a_stop_is_confirmed_once_and_nothing_else_leaves(
        self, hotline: Hotline, mailing: Postman
    ) -> None:
        enqueue(hotline, "waiting")
        assert self.stop(hotline, "ODETTE@exemple.org")
        assert not self.stop(hotline)
        assert not enqueue(hotline, "later")
        send_mails(hotline)
        (mail,) = mailing.arrived
        assert mail["Subject"] == "C'est noté"
        assert mail["Auto-Submitted"] == "auto-replied"
        assert rows(hotline, Alert) == []
        assert says(hotline) == []

    def test_after_a_start_mails_leave_again(self, hotline: Hotline, mailing: Postman) -> None:
        self.stop(hotline)
        hotline.database.run(lambda session: stops.start(session, ODETTE))
        assert enqueue(hotline, "again")
        send_mails(hotline)
        assert len(mailing.arrived) == 2


class TestBounces:
    def bounce(self, hotline: Hotline, *, permanent: bool = True) -> None:
        at = hotline.clock.now()

        def come_back(session: Session) -> None:
            mail = Mail(
                message_index="<dsn@exemple.org>",
                direction=Direction.INBOUND,
                from_address="mailer-daemon@exemple.org",
                to_address=OWN,
                subject="Undelivered",
                body="",
                attachments=[],
                size=0,
                automatic=True,
                created_at=at,
            )
            session.add(mail)
            session.flush()
            bounces.bounced(session, hotline.line, mail, ODETTE.upper(), permanent, at)

        hotline.database.run(come_back)

    def test_a_mail_that_comes_back_ends_the_address_and_stands_in_the_file(self, hotline: Hotline) -> None:
        caller_id = add_caller(hotline, "+33639980001", "Odette Martin", email=ODETTE)
        enqueue(hotline)
        send_mails(hotline)
        enqueue(hotline, "two")
        self.bounce(hotline)
        assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.FAILED}
        assert not enqueue(hotline, "three")
        assert only(hotline, Alert).caller_id == caller_id
        assert rows(hotline, Mail)[-1].caller_id == caller_id
        hotline.database.run(lambda session: bounces.alive(session, ODETTE))
        assert enqueue(hotline, "four")

    def test_a_server_that_goes_on_trying_changes_nothing(self, hotline: Hotline) -> None:
        enqueue(hotline)
        send_mails(hotline)
        self.bounce(hotline, permanent=False)
        assert only(hotline, OutboxRow).state is OutboxState.SENT

    def test_nobody_can_end_an_address_to_which_we_never_wrote(self, hotline: Hotline) -> None:
        enqueue(hotline)
        self.bounce(hotline)
        assert only(hotline, Address).bounced_at is None
        assert rows(hotline, Alert) == []
