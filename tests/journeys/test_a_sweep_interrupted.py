"""A sweep is killed, refused, broken off; a doubt is settled: nothing is lost, and nothing happens twice."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text as sql

from hotline.cli.stage import LINE, Stage
from hotline.models import (
    Assignment,
    Call,
    Callback,
    Tap,
    Volunteer,
)
from hotline.models.status import (
    AssignmentState,
    CallOutcome,
    TapState,
)
from hotline.services import taps
from hotline.telephony.base import CarrierText
from hotline.telephony.twilio import TwilioCarrier
from tests.databases import on_sqlite
from tests.journeys.downtime import (
    CAMILLE,
    LUCIEN,
    ODETTE,
    dead,
    fallback,
    leave_message,
    only_real,
)
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give

__all__ = ["fallback"]


@on_sqlite
def test_a_tap_whose_answer_was_lost_is_found_in_the_log_and_rings_once(town: Stage) -> None:
    tap(town)
    town.exchange.faults.rest_drop_after_processing = 1
    town.exchange.faults.webhook_lost = ["/voice/tap"]
    town.tick()
    assert only(town.hotline, Tap).state is TapState.PLACED
    town.exchange.faults.webhook_lost = []
    town.let(30)
    town.phone(CAMILLE).reject()
    town.let(minutes=6)
    found, (placed,) = only(town.hotline, Tap), town.exchange.calls.values()
    assert (found.state, found.sid) == (TapState.PLACED, placed.sid)
    assert only(town.hotline, Call).outcome is CallOutcome.FAILED


@on_sqlite
def test_a_tap_that_never_rang_is_given_up_and_not_rung_by_doubt(town: Stage) -> None:
    tap(town)
    town.exchange.faults.rest_status, town.exchange.faults.rest_status_times = 503, 1
    town.tick()
    assert only(town.hotline, Tap).state is TapState.DOUBTFUL
    town.let(minutes=4)
    assert only(town.hotline, Tap).state is TapState.DOUBTFUL
    town.let(minutes=3)
    found = only(town.hotline, Tap)
    assert found.state is TapState.FAILED
    assert "touchez" in (found.error or "")
    assert not town.exchange.calls


def tap(town: Stage) -> None:
    """Camille has Odette to call, and taps "Appeler"."""
    marie = add_volunteer(town.hotline, "Camille", CAMILLE)
    give(town.hotline, add_caller(town.hotline, ODETTE, "Odette Martin"), marie, cadence=None)
    callback, at = only(town.hotline, Callback), town.hotline.clock.now()
    town.hotline.database.run(
        lambda session: taps.ask(session, session.get_one(Volunteer, marie), callback.id, at)
    )


class Mortal(TwilioCarrier):
    """A carrier at whose second day the process dies, once; it remembers which days it was asked for."""

    def __init__(self, town: Stage) -> None:
        base_url = str(town.hotline.settings.environment.api_base_url)
        exchange = town.exchange
        super().__init__(exchange.account_sid, exchange.auth_token, base_url=base_url)
        self.days: list[date] = []

    def texts_on(self, day: date) -> Iterator[CarrierText]:
        self.days.append(day)
        if len(self.days) == 2:
            raise KeyboardInterrupt
        return super().texts_on(day)


def test_a_sweep_that_was_killed_goes_on_with_the_day_where_it_was(town: Stage) -> None:
    mortal = Mortal(town)
    vars(town.hotline)["carrier"] = mortal
    with dead(town, timedelta(days=3), ticks=False):
        for _ in range(3):
            leave_message(town, ODETTE)
            town.exchange.advance(86_000)
    with pytest.raises(KeyboardInterrupt):
        town.tick()
    assert len(rows(town.hotline, Call)) == 1
    town.tick()
    assert len(mortal.days) == 2
    town.let(minutes=3)
    assert [day.day for day in mortal.days] == [24, 25, 25, 26, 27]
    assert [call.outcome for call in rows(town.hotline, Call)] == [CallOutcome.VOICEMAIL] * 3
    done = only_real(town)
    assert (done.calls, done.voicemails, done.finished_at is not None) == (3, 3, True)


@on_sqlite
def test_what_cannot_be_brought_home_stops_nothing_else(town: Stage) -> None:
    town.phone(LUCIEN).text(LINE, "Bonjour")
    town.tick()
    with town.hotline.database.write() as session:
        session.execute(sql("UPDATE callers SET names = :broken"), {"broken": b"not sealed"})
    with dead(town, timedelta(hours=3)):
        leave_message(town, LUCIEN, seconds=0)
        leave_message(town, ODETTE)
    done = only_real(town)
    assert (done.calls, done.voicemails, done.broken) == (1, 1, 2)
    assert done.finished_at is not None


@on_sqlite
def test_a_carrier_that_is_away_is_asked_again_later_and_nobody_is_punished_meanwhile(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(ODETTE).dial(LINE)
    town.phone(ODETTE).hang_up()
    town.let(minutes=1)
    faults = town.exchange.faults
    with dead(town, timedelta(days=1)):
        town.phone(CAMILLE).text(LINE, "OUI")
        faults.rest_status_of, faults.rest_status, faults.rest_status_times = "everything", 503, 1000
    assert only_real(town).failures
    assert only(town.hotline, Assignment).state is AssignmentState.OFFERED
    town.let(minutes=5)
    faults.rest_status_times = 0
    town.let(minutes=8)
    assert only(town.hotline, Assignment).state is AssignmentState.ACTIVE
