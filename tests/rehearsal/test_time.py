"""Time in the rehearsal: by hand, shifted, and always in order."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rehearsal.clock import ManualClock, ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.jumps import wished
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.snapshot import PARIS
from hotline.rehearsal.timeline import Timeline
from tests.rehearsal.product import ACCOUNT, LINE, START, TOKEN, Product


@given(delays=st.lists(st.floats(0, 1e6), max_size=40), stops=st.lists(st.floats(0, 1e6), max_size=5))
def test_events_never_run_out_of_order(delays: list[float], stops: list[float]) -> None:
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ManualClock(START))
    ran: list[tuple[datetime, int]] = []
    for order, delay in enumerate(delays):
        exchange.after(delay, lambda order=order: ran.append((exchange.now(), order)))  # type: ignore[misc]
    for stop in sorted(stops):
        exchange.advance_to(START + timedelta(seconds=stop))
    exchange.advance_to(START + timedelta(seconds=1e6))
    assert ran == sorted(ran)
    assert sorted(moment for moment, _ in ran) == sorted(START + timedelta(seconds=d) for d in delays)


def test_an_event_planned_by_an_event_runs_in_the_same_advance(exchange: Exchange) -> None:
    seen: list[datetime] = []

    def again() -> None:
        exchange.after(10, lambda: seen.append(exchange.now()))

    exchange.after(10, again)
    exchange.advance(60)
    assert seen == [START + timedelta(seconds=20)]
    assert exchange.now() == START + timedelta(seconds=60)


def test_a_cancelled_event_never_runs() -> None:
    timeline = Timeline()
    due = timeline.plan(START, lambda: None)
    assert len(timeline) == 1
    due.cancel()
    assert len(timeline) == 0
    assert timeline.take(START) is None


def test_a_clock_by_hand_never_goes_back_and_wants_a_time_zone() -> None:
    clock = ManualClock(START)
    clock.reach(START - timedelta(days=1))
    clock.reset()
    assert clock.now() == START
    with pytest.raises(ValueError, match="time zone"):
        clock.reach(datetime(2027, 1, 1))  # noqa: DTZ001


def test_a_shifted_clock_tells_its_offset_to_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    clock = ShiftedClock(path)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    clock.reach(tomorrow)
    assert float(path.read_text()) == pytest.approx(86400, abs=5)
    assert abs(ShiftedClock(path).now() - tomorrow) < timedelta(seconds=5)
    clock.reach(datetime.now(UTC))
    assert clock.offset == pytest.approx(86400, abs=5)
    clock.reset()
    assert ShiftedClock(path).offset == 0


@pytest.mark.parametrize("content", ["", "demain", "inf", "nan"])
def test_an_unreadable_offset_changes_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "offset"
    path.write_text(content)
    assert abs(ShiftedClock(path).now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_jumping_runs_everything_on_the_way_in_order(tmp_path: Path) -> None:
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ShiftedClock(tmp_path / "offset"))
    start, seen = exchange.now(), list[float]()
    for hours in (30, 2, 10):
        exchange.after(
            hours * 3600, lambda: seen.append(round((exchange.now() - start).total_seconds() / 3600))
        )
    exchange.advance(2 * 86400)
    assert seen == [2, 10, 30]
    exchange.after(60, lambda: seen.append(-1))
    exchange.return_to_machine_time()
    assert abs(exchange.now() - datetime.now(UTC)) < timedelta(seconds=5)
    exchange.advance(61)
    assert seen[-1] == -1


@pytest.mark.parametrize(
    ("wish", "local"),
    [
        ({"preset": "samedi-22h"}, "2027-03-06T22:00+01:00"),
        ({"preset": "mardi-15h"}, "2027-03-09T15:00+01:00"),
        ({"preset": "dernier-dimanche-octobre"}, "2027-10-31T01:00+02:00"),
        ({"to": "2027-06-01T09:30"}, "2027-06-01T09:30+02:00"),
        ({"seconds": 3600}, "2027-03-02T16:00+01:00"),
    ],
)
def test_each_jump_lands_on_its_moment_in_paris(wish: dict[str, object], local: str) -> None:
    assert wished(START, wish).astimezone(PARIS).isoformat(timespec="minutes") == local


def test_after_this_years_last_sunday_of_october_comes_next_years() -> None:
    autumn = datetime(2027, 11, 1, tzinfo=UTC)
    assert wished(autumn, {"preset": "dernier-dimanche-octobre"}).astimezone(PARIS).date().isoformat() == (
        "2028-10-29"
    )


@pytest.mark.parametrize("wish", [{}, {"preset": "hier"}, {"to": "demain"}])
def test_an_unknown_jump_is_refused_in_french(wish: dict[str, object]) -> None:
    with pytest.raises(ImpossibleError, match=r"^Je "):
        wished(START, wish)


def test_people_may_act_at_a_planned_moment(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Gather numDigits="1" timeout="30" action="/typed"/>')
    exchange.after(60, lambda: caller.dial(LINE))
    exchange.after(70, lambda: caller.press("1"))
    exchange.advance(120)
    assert exchange.webhooks[0].moment == START + timedelta(seconds=60)
    assert product.asked("/typed")[0]["Digits"] == "1"
    exchange.after(1, lambda: exchange.advance(5))
    with pytest.raises(RuntimeError, match="cannot be moved"):
        exchange.advance(2)
