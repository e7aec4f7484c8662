"""One sweep after the other without a gap: when one is due, from when on, by one clock at a time."""

import math
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Alert, Sweep
from hotline.services import due, heartbeats
from hotline.services.sweeping import keeping, sums
from hotline.services.sweeping.keeping import Claimed
from hotline.settings import load
from hotline.telephony.base import TelephonyError
from scheduler import sweeping
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.records import only, rows
from tests.telephony.fake_api import FakeApi, reply

HOUR, OVERLAP = timedelta(hours=1), timedelta(minutes=15)


def is_due(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), (due.SWEEP,))


def is_behind(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return keeping.is_behind(session, hotline.clock.now())


def claim(hotline: Hotline) -> Claimed | None:
    return hotline.database.run(lambda session: keeping.claim(session, hotline.clock.now()))


def beat(hotline: Hotline) -> None:
    at = hotline.clock.now()

    def note(session: Session) -> None:
        keeping.mind_the_gap(session, at)
        heartbeats.note(session, "clock", at)

    hotline.database.run(note)


def live(hotline: Hotline, clock: StoppedClock, span: timedelta) -> None:
    """Time passes, the clock of the line beating all the while."""
    end = clock.now() + span
    while clock.now() < end:
        clock.advance(min(timedelta(minutes=5), end - clock.now()))
        beat(hotline)


def complete(hotline: Hotline, claimed: Claimed) -> Sweep:
    return hotline.database.run(lambda session: keeping.finished(session, claimed, hotline.clock.now()))


@pytest.fixture
def swept(hotline: Hotline) -> Hotline:
    """A line whose first look is behind it."""
    assert claim(hotline) is None
    beat(hotline)
    return hotline


def test_the_first_look_ever_begins_with_now(hotline: Hotline) -> None:
    assert is_due(hotline)
    assert claim(hotline) is None
    first = only(hotline, Sweep)
    assert first.since == first.until == hotline.clock.now()
    assert not is_due(hotline)
    assert not is_behind(hotline)


def test_a_line_that_was_there_before_sweeps_goes_back_to_its_last_beat(
    hotline: Hotline, clock: StoppedClock
) -> None:
    hotline.database.run(lambda session: heartbeats.note(session, "clock", hotline.clock.now()))
    last = clock.now()
    clock.advance(timedelta(days=2))
    claimed = claim(hotline)
    assert claimed is not None
    assert claimed.since == last - OVERLAP


def test_every_hour_one_follows_the_other_with_some_minutes_in_common(
    swept: Hotline, clock: StoppedClock
) -> None:
    live(swept, clock, HOUR - timedelta(seconds=1))
    assert not is_due(swept)
    clock.advance(timedelta(seconds=1))
    assert is_due(swept)
    claimed = claim(swept)
    assert claimed is not None
    assert claimed.since == clock.now() - HOUR - OVERLAP
    assert not is_due(swept)
    clock.advance(timedelta(seconds=50))
    assert complete(swept, claimed).until == clock.now() - timedelta(seconds=50)
    assert not is_due(swept)


def test_only_one_clock_sweeps_until_it_is_dead(swept: Hotline, clock: StoppedClock) -> None:
    clock.advance(HOUR)
    first = claim(swept)
    assert first is not None
    assert claim(swept) is None
    clock.advance(timedelta(minutes=2))
    again = claim(swept)
    assert again is not None
    assert (again.sweep_id, again.since) == (first.sweep_id, first.since)
    assert again.until == clock.now()


def test_after_months_it_reaches_back_thirty_days(swept: Hotline, clock: StoppedClock) -> None:
    clock.advance(timedelta(days=200))
    claimed = claim(swept)
    assert claimed is not None
    assert claimed.since == clock.now() - timedelta(days=30)


def test_a_clock_that_was_set_back_sweeps_all_the_same(swept: Hotline, clock: StoppedClock) -> None:
    clock.advance(-timedelta(days=3))
    assert is_due(swept)
    claimed = claim(swept)
    assert claimed is not None
    assert claimed.since == clock.now() - OVERLAP


def test_where_the_clock_stood_still_silence_waits_for_the_sweep(swept: Hotline, clock: StoppedClock) -> None:
    clock.advance(timedelta(minutes=11))
    assert is_behind(swept)
    assert is_due(swept)
    beat(swept)
    assert is_behind(swept)
    claimed = claim(swept)
    assert claimed is not None
    assert is_behind(swept)
    complete(swept, claimed)
    assert not is_behind(swept)


def test_a_carrier_that_stays_away_keeps_nobody_waiting_for_more_than_a_quarter_of_an_hour(
    swept: Hotline, clock: StoppedClock
) -> None:
    clock.advance(HOUR)
    beat(swept)
    claimed = claim(swept)
    assert claimed is not None
    at = clock.now()
    away = ("absent", None, at)
    waits = [
        swept.database.run(lambda session: keeping.stumbled(session, claimed, *away)) - at for _ in range(7)
    ]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=30), timedelta(minutes=15))
    live(swept, clock, timedelta(minutes=14))
    assert is_behind(swept)
    live(swept, clock, timedelta(minutes=2))
    assert not is_behind(swept)
    assert only_open(swept).says == "absent"


def test_the_pause_that_the_carrier_asks_for_is_kept(swept: Hotline, clock: StoppedClock) -> None:
    clock.advance(HOUR)
    claimed = claim(swept)
    assert claimed is not None
    swept.database.run(lambda session: keeping.stumbled(session, claimed, "trop", 7200, clock.now()))
    live(swept, clock, 2 * HOUR - timedelta(seconds=1))
    assert not is_due(swept)
    clock.advance(timedelta(seconds=1))
    assert is_due(swept)


def test_by_hand_it_goes_back_to_the_last_complete_one_or_as_far_as_asked(
    swept: Hotline, clock: StoppedClock
) -> None:
    at = clock.now()
    first = swept.database.run(lambda session: keeping.begin(session, None, at))
    assert first.since == at - timedelta(days=30)
    complete(swept, first)
    clock.advance(timedelta(minutes=30))
    second = swept.database.run(lambda session: keeping.begin(session, None, clock.now()))
    assert second.since == at - OVERLAP
    longer = swept.database.run(lambda session: keeping.begin(session, at - 60 * 24 * HOUR, clock.now()))
    assert longer.since == at - 60 * 24 * HOUR


def test_one_by_hand_that_leaves_a_gap_does_not_count_as_complete(
    swept: Hotline, clock: StoppedClock
) -> None:
    last = clock.now()
    clock.advance(5 * HOUR)
    by_hand = swept.database.run(lambda session: keeping.begin(session, clock.now() - HOUR, clock.now()))
    assert complete(swept, by_hand).whole is False
    claimed = claim(swept)
    assert claimed is not None
    assert claimed.since == last - OVERLAP


def test_what_it_brought_home_is_counted_told_and_kept_while_empty_ones_go(
    swept: Hotline, clock: StoppedClock
) -> None:
    for step in range(3):
        clock.advance(timedelta(days=4))
        claimed = claim(swept)
        assert claimed is not None
        if step == 0:
            found(swept, claimed)
        complete(swept, claimed)
    alert = only(swept, Alert)
    assert (alert.kind, alert.detail) == ("caught_up", "2 appels manqués, 1 message vocal")
    assert [one.calls for one in rows(swept, Sweep)] == [2, 0, 0]
    with swept.database.read() as session:
        standing = sums.standing(session)
    assert (standing.last_at, [one.calls for one in standing.finds]) == (clock.now(), [2])
    assert standing.stuck is None


def found(hotline: Hotline, claimed: Claimed) -> None:
    def add(session: Session) -> None:
        for what in ("calls", "calls", "voicemails"):
            sums.add(session, claimed.sweep_id, what)

    hotline.database.run(add)


def only_open(hotline: Hotline) -> Sweep:
    (one,) = [one for one in rows(hotline, Sweep) if one.finished_at is None]
    return one


@on_sqlite
def test_too_many_requests_are_slowed_down_as_the_carrier_asks(
    environment: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeApi() as api:
        monkeypatch.setenv("TWILIO_API_BASE_URL", api.url)
        product = bootstrap.build(load(), clock)
        claimed = product.database.run(
            lambda session: keeping.begin(session, clock.now() - HOUR, clock.now())
        )
        refused = reply({"code": 20429}, 429, Retry_After="0")
        empty = [reply({name: [], "next_page_uri": None}) for name in ("messages", "calls", "recordings")]
        api.then(refused, refused, *empty)
        assert sweeping.carry_on(product, claimed, math.inf) is not None
        assert len(api.asked) == 5
        again = product.database.run(lambda session: keeping.begin(session, clock.now() - HOUR, clock.now()))
        api.then(reply({"code": 20429}, 429, Retry_After="600"))
        with pytest.raises(TelephonyError):
            sweeping.carry_on(product, again, math.inf)
        assert only_open(product).try_at == clock.now() + timedelta(minutes=10)
        product.database.close()
