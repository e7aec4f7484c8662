"""The clock reads the mailbox: a little at a time, once each, whatever lies in it and whenever it is away."""

import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from structlog.testing import capture_logs

from hotline import bootstrap, checks
from hotline.bootstrap import Hotline
from hotline.clock import SystemClock
from hotline.mail import imap
from hotline.models import Mail, Mailbox, OutboxRow, Request
from hotline.services import due, health
from hotline.services.mails import mailboxes
from hotline.settings import load
from scheduler import mailing
from scheduler.listening import listening
from scheduler.timetable import run_due
from tests.conftest import StoppedClock
from tests.dovecot import Box, box, dovecot, served
from tests.records import only, rows
from tests.scheduler.test_clock import comes_true, running

__all__ = ["box", "dovecot"]


@pytest.fixture
def environment(environment: Path, box: Box, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a line with a mailbox."""
    monkeypatch.setenv("HOTLINE_IMAP_URL", box.url)
    return environment


def letter(number: int, words: str = "Bonjour", sender: str | None = None) -> str:
    """A mail of somebody's, each from somebody else unless told."""
    sender = sender or f"personne{number}@exemple.fr"
    return f"From: {sender}\nMessage-ID: <{number}@exemple.invalid>\nSubject: numéro {number}\n\n{words}\n"


def look(hotline: Hotline, clock: StoppedClock) -> str:
    """Look into the mailbox a minute later."""
    clock.advance(mailboxes.EVERY)
    return mailing.read_mailbox(hotline)


def subjects(hotline: Hotline) -> list[str]:
    return [mail.subject for mail in rows(hotline, Mail)]


def reasons(hotline: Hotline) -> list[str]:
    with hotline.database.read() as session:
        found = health.report(session, hotline.line, hotline.clock.now(), faults=())
    return [reason.says for reason in found if reason.check == "mailbox"]


def test_what_has_come_is_read_in_order_and_once(hotline: Hotline, clock: StoppedClock, box: Box) -> None:
    box.put(letter(1), letter(2))
    assert look(hotline, clock) == "2 courriels relevés"
    assert look(hotline, clock) == ""
    box.put(letter(3))
    assert look(hotline, clock) == "1 courriels relevés"
    assert subjects(hotline) == ["numéro 1", "numéro 2", "numéro 3"]
    kept = only(hotline, Mailbox)
    assert (kept.last_uid, kept.read_at, kept.down_since) == (3, clock.now(), None)


def test_a_mailbox_is_looked_into_once_a_minute_by_one_clock(
    hotline: Hotline, clock: StoppedClock, box: Box
) -> None:
    mailing.read_mailbox(hotline)
    box.put(letter(1))
    assert not asked(hotline)
    assert mailing.read_mailbox(hotline) == ""
    clock.advance(mailboxes.EVERY)
    assert asked(hotline)
    assert mailing.read_mailbox(hotline) == "1 courriels relevés"


def test_a_clock_that_was_set_back_looks_all_the_same(hotline: Hotline, clock: StoppedClock) -> None:
    mailing.read_mailbox(hotline)
    clock.advance(timedelta(days=-300))
    assert asked(hotline)
    mailing.read_mailbox(hotline)
    assert only(hotline, Mailbox).read_at == clock.now()


def asked(hotline: Hotline) -> bool:
    """Whether the clock would look now."""
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), (due.MAILBOX,))


def test_without_a_mailbox_nobody_looks(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    monkeypatch.delenv("HOTLINE_IMAP_URL")
    without = bootstrap.build(load(), clock)
    assert not asked(without)
    assert mailing.read_mailbox(without) == ""
    assert not rows(hotline, Mailbox)
    assert reasons(without) == []
    without.database.close()


def test_a_run_leaves_the_rest_to_the_next_after_its_time(hotline: Hotline, box: Box) -> None:
    box.put(letter(1), letter(2), letter(3))
    hotline.database.run(lambda session: mailboxes.claim(session, hotline.clock.now()))
    for count in (1, 2, 3):
        with imap.opened(box.url) as inbox:
            assert mailing._read(hotline, inbox, until=0) == (1, count < 3)
    assert subjects(hotline) == ["numéro 1", "numéro 2", "numéro 3"]


def test_with_more_waiting_the_next_look_is_at_once(hotline: Hotline) -> None:
    at = hotline.clock.now()
    assert hotline.database.run(lambda session: mailboxes.claim(session, at))
    assert not hotline.database.run(lambda session: mailboxes.claim(session, at))
    hotline.database.run(lambda session: mailboxes.left(session, at, more=True))
    assert hotline.database.run(lambda session: mailboxes.claim(session, at))


def test_a_server_that_numbers_anew_brings_nothing_twice_and_loses_nothing(
    hotline: Hotline, clock: StoppedClock, box: Box
) -> None:
    box.put(letter(1), letter(2))
    look(hotline, clock)
    box.put(letter(3))
    box.start_anew()
    look(hotline, clock)
    assert subjects(hotline) == ["numéro 1", "numéro 2", "numéro 3"]
    assert len(rows(hotline, Request)) == 3


def test_what_somebody_had_read_before_the_line_came_is_history(
    hotline: Hotline, clock: StoppedClock, box: Box
) -> None:
    box.put(letter(1), letter(2), flags=r"(\Seen)")
    box.put(letter(3))
    look(hotline, clock)
    assert len(rows(hotline, Mail)) == 3
    assert len(rows(hotline, Request)) == 1
    box.put(letter(4), flags=r"(\Seen)")
    look(hotline, clock)
    assert len(rows(hotline, Request)) == 2


def test_whatever_lies_in_the_mailbox_the_next_mail_is_read(
    hotline: Hotline, clock: StoppedClock, box: Box
) -> None:
    box.put(
        b"\n",
        b"\xff\xfe\x00 ceci n'est pas un courriel \xe9",
        letter(1).encode("latin-1") + b"\xe9" * 40,
        letter(2, "Content-Type: message/rfc822\n\n" * 3000).replace("\n\nContent", "\nContent", 1),
        letter(3, "a" * 3_000_000),
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(500)),
        letter(4),
    )
    look(hotline, clock)
    mails = rows(hotline, Mail)
    assert len(mails) == 7
    assert mails[-1].subject == "numéro 4"
    assert [bool(mail.fault) for mail in mails] == [True] * 7
    assert only_last_uid(hotline) == 7


def only_last_uid(hotline: Hotline) -> int:
    return only(hotline, Mailbox).last_uid


def test_a_mail_whose_handling_breaks_is_set_aside_and_the_next_one_is_read(
    hotline: Hotline, clock: StoppedClock, box: Box
) -> None:
    box.put(letter(1, sender="odette@exemple.fr"))
    look(hotline, clock)
    with hotline.database.write() as session:
        session.execute(sql("UPDATE callers SET names = :broken"), {"broken": b"not sealed"})
    box.put(letter(2, sender="odette@exemple.fr"), letter(3))
    with capture_logs() as logged:
        look(hotline, clock)
    assert [event["event"] for event in logged] == ["mail_not_handled"]
    assert "odette" not in str(logged).lower()
    faults = {mail.subject: mail.fault or "" for mail in rows(hotline, Mail)}
    assert list(faults) == ["numéro 1", "numéro 2", "numéro 3"]
    assert faults["numéro 2"].startswith("Ce courriel n'a pas pu être traité")
    assert not faults["numéro 3"].startswith("Ce courriel")
    assert look(hotline, clock) == ""


def test_a_mailbox_that_is_away_says_since_when_and_loses_nothing(
    environment: Path, hotline: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served() as server:
        box = server.box()
        monkeypatch.setenv("HOTLINE_IMAP_URL", box.url)
        line = bootstrap.build(load(), clock)
        box.put(letter(1))
        look(line, clock)
        assert reasons(line) == []
        server.stop()
        for _ in range(3):
            assert look(line, clock) == ""
        (says,) = reasons(line)
        assert says.startswith("La boîte aux lettres ne se relève plus depuis le 24/11 à 14:02. Le serveur")
        assert "exemple" not in says.replace("exemple.fr", "")
        server.start()
        clock.advance(timedelta(days=1))
        box.put(letter(2), letter(3))
        assert look(line, clock) == "2 courriels relevés"
        assert reasons(line) == []
        assert len(rows(hotline, Request)) == 3
        line.database.close()


def test_a_mailbox_that_nobody_reads_any_more_is_said_too(hotline: Hotline, clock: StoppedClock) -> None:
    look(hotline, clock)
    clock.advance(timedelta(minutes=9))
    assert reasons(hotline) == []
    clock.advance(timedelta(minutes=2))
    assert reasons(hotline) == ["La boîte aux lettres n'a pas été relevée depuis le 24/11 à 14:01."]


def test_the_check_says_whether_the_mailbox_opens(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = checks.mailbox(hotline)
    assert finding.ok
    assert "prévient" in finding.says
    monkeypatch.setenv("HOTLINE_IMAP_URL", "imap://odette:secret@127.0.0.1:9")
    (finding,) = checks.mailbox(bootstrap.build(load(), hotline.clock))
    assert not finding.ok
    assert "secret" not in finding.says
    monkeypatch.delenv("HOTLINE_IMAP_URL")
    (finding,) = checks.mailbox(bootstrap.build(load(), hotline.clock))
    assert finding.ok


def test_the_timetable_reads_the_mailbox(hotline: Hotline, box: Box) -> None:
    box.put(letter(1))
    said = {ran.name: ran.says for ran in run_due(hotline)}
    assert said["courriels à relever"] == "1 courriels relevés"


def test_news_of_a_mail_wakes_the_clock_and_the_ear_closes_at_once(hotline: Hotline, box: Box) -> None:
    mailing.read_mailbox(hotline)
    threads = threading.active_count()
    with listening(hotline):
        assert not asked(hotline)
        assert comes_true(lambda: put_and_asked(hotline, box), within=8)
    assert threading.active_count() == threads


def put_and_asked(hotline: Hotline, box: Box) -> bool:
    """The ear may open only after the first mail: another one is news."""
    box.put(letter(1))
    return asked(hotline)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_clock_process_reads_a_mail_within_seconds(environment: Path, box: Box) -> None:
    product = bootstrap.build(load(), SystemClock())
    with running() as clock:
        assert comes_true(lambda: rows(product, Mailbox) and only(product, Mailbox).read_at, within=20)
        box.put(letter(1))
        assert comes_true(lambda: rows(product, Request), within=5)
        clock.send_signal(signal.SIGTERM)
        assert clock.wait(timeout=10) == 0
    assert subjects(product) == ["numéro 1"]
    assert not rows(product, OutboxRow)
    product.database.close()
