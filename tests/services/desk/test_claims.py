"""Who looks after a voicemail: one at a time, and never for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Coordinator, Voicemail
from hotline.services import exports
from hotline.services.desk import claims
from hotline.services.desk.claims import Claim, Later
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.inbox import leave
from tests.records import only
from tests.web.desk.conftest import sign_in


@pytest.fixture
def nadia(hotline: Hotline) -> Coordinator:
    return sign_in(hotline, name="Nadia Benali").coordinator


@pytest.fixture
def paul(hotline: Hotline) -> Coordinator:
    return sign_in(hotline, name="Paul Girard").coordinator


def act(hotline: Hotline, what: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: what(session, *arguments, at, **more))


def exported(hotline: Hotline) -> dict[str, object]:
    with hotline.database.read() as session:
        (row,) = exports.rows(session, "voicemails", hotline.line.zone)
    return row


def test_the_second_of_two_reads_who_has_the_message(
    hotline: Hotline, nadia: Coordinator, paul: Coordinator
) -> None:
    message = leave(hotline)
    assert act(hotline, claims.take, message, nadia) == Claim(won=True, holder="Nadia Benali")
    assert act(hotline, claims.take, message, paul) == Claim(won=False, holder="Nadia Benali")


def test_of_two_who_try_at_the_same_moment_exactly_one_gets_it(
    hotline: Hotline, nadia: Coordinator, paul: Coordinator
) -> None:
    message, start, got = leave(hotline), Barrier(2), []

    def attempt(who: Coordinator) -> None:
        start.wait()
        got.append(act(hotline, claims.take, message, who))

    threads = [Thread(target=attempt, args=(who,)) for who in (nadia, paul)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.won for claim in got) == [False, True]
    assert {claim.holder for claim in got} == {only(hotline, Voicemail).claimed_by}


def test_a_message_left_alone_for_half_an_hour_is_everybodys_again(
    hotline: Hotline, clock: StoppedClock, nadia: Coordinator, paul: Coordinator
) -> None:
    message = leave(hotline)
    act(hotline, claims.take, message, nadia)
    clock.advance(claims.HELD_FOR - timedelta(seconds=1))
    assert not act(hotline, claims.take, message, paul)
    clock.advance(timedelta(seconds=1))
    assert act(hotline, claims.take, message, paul)


def test_working_on_a_message_keeps_it(
    hotline: Hotline, clock: StoppedClock, nadia: Coordinator, paul: Coordinator
) -> None:
    message = leave(hotline)
    act(hotline, claims.take, message, nadia)
    clock.advance(timedelta(minutes=20))
    act(hotline, claims.busy, message, nadia)
    clock.advance(timedelta(minutes=20))
    assert not act(hotline, claims.take, message, paul)


def test_the_clock_forgets_old_claims_so_that_the_export_tells_the_truth(
    hotline: Hotline, clock: StoppedClock, nadia: Coordinator
) -> None:
    message = leave(hotline)
    act(hotline, claims.take, message, nadia)
    assert exported(hotline)["claimed_by"] == "Nadia Benali"
    assert jobs.release_claims(hotline) == "", "not before its time"
    clock.advance(claims.HELD_FOR)
    assert jobs.release_claims(hotline) == "1 messages vocaux rendus à tous"
    assert exported(hotline)["claimed_by"] is None


def test_only_who_was_seen_holding_a_message_can_be_replaced(
    hotline: Hotline, nadia: Coordinator, paul: Coordinator
) -> None:
    message = leave(hotline)
    third = sign_in(hotline, name="Inès Imbert").coordinator
    act(hotline, claims.take, message, nadia)
    assert act(hotline, claims.take, message, paul, from_id=nadia.id)
    assert act(hotline, claims.take, message, third, from_id=nadia.id) == Claim(
        won=False, holder="Paul Girard"
    ), "the page was out of date"


def test_what_is_dealt_with_keeps_its_name_and_can_be_reopened(
    hotline: Hotline, clock: StoppedClock, nadia: Coordinator, paul: Coordinator
) -> None:
    message = leave(hotline)
    act(hotline, claims.take, message, nadia)
    assert not act(hotline, claims.handle, message, paul)
    assert act(hotline, claims.handle, message, nadia)
    clock.advance(timedelta(days=1))
    jobs.release_claims(hotline)
    row = exported(hotline)
    assert (row["claimed_by"], row["handled_at"]) == ("Nadia Benali", "2026-11-24T14:00:00+01:00")
    assert not act(hotline, claims.take, message, paul)
    assert act(hotline, claims.reopen, message, paul)
    assert (exported(hotline)["claimed_by"], exported(hotline)["handled_at"]) == ("Paul Girard", None)


def test_what_somebody_else_holds_is_not_put_off(
    hotline: Hotline, nadia: Coordinator, paul: Coordinator
) -> None:
    message, until = leave(hotline), hotline.clock.now() + timedelta(hours=2)
    act(hotline, claims.take, message, nadia)
    assert not act(hotline, claims.put_off, message, paul, until)
    assert act(hotline, claims.put_off, message, nadia, until)
    kept = only(hotline, Voicemail)
    assert (kept.snoozed_until, kept.claimed_by) == (until, None)


@pytest.mark.parametrize(
    ("later", "on", "until"),
    [
        (Later.TODAY, "2026-11-24T14:00+01:00", "2026-11-24T16:00+01:00"),
        (Later.TOMORROW, "2026-11-24T23:30+01:00", "2026-11-25T09:00+01:00"),
        (Later.MONDAY, "2026-11-24T14:00+01:00", "2026-11-30T09:00+01:00"),
        (Later.MONDAY, "2026-11-30T08:00+01:00", "2026-12-07T09:00+01:00"),
        (Later.TOMORROW, "2026-10-24T14:00+02:00", "2026-10-25T09:00+01:00"),
    ],
)
def test_later_means_a_moment_on_the_lines_clock(hotline: Hotline, later: Later, on: str, until: str) -> None:
    asked = datetime.fromisoformat(on).astimezone(UTC)
    assert claims.moment(hotline.line, later, asked) == datetime.fromisoformat(until)


def test_a_session_sees_its_own_change(hotline: Hotline, nadia: Coordinator) -> None:
    message = leave(hotline)

    def take(session: Session) -> str | None:
        known = session.get_one(Voicemail, message)
        claims.take(session, message, nadia, hotline.clock.now())
        return known.claimed_by

    assert hotline.database.run(take) == "Nadia Benali"
