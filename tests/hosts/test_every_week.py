"""Every Tuesday, on several hosts: the reminder, the call, and the next one a week later."""

from datetime import datetime

from hotline.cli.stage import LINE, Stage
from hotline.models import Callback
from hotline.models.status import CallbackState
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import give

ODETTE, MARIE = "+33199000201", "+33639980101"


def test_a_weekly_call_is_reminded_once_made_and_planned_again(town: Stage) -> None:
    marie = add_volunteer(town.hotline, "Marie", MARIE)
    give(town.hotline, add_caller(town.hotline, ODETTE, "Odette Martin"), marie)
    odette, phone = town.phone(ODETTE), town.phone(MARIE)
    town.jump(datetime(2026, 12, 1, 12, 1, tzinfo=PARIS))
    town.let(20)
    assert len([text for text in phone.texts if "Odette" in text.body]) == 1, phone.texts
    town.jump(datetime(2026, 12, 1, 15, 0, tzinfo=PARIS))
    phone.dial(LINE)
    town.let(15)
    odette.answer()
    town.let(12)
    assert (odette.prompt, phone.prompt) == ("bridged", "bridged")
    town.let(minutes=10)
    odette.hang_up()
    town.let(5)
    phone.press("1")
    town.let(20)
    states = {row.due_at.astimezone(PARIS).day: row.state for row in rows(town.hotline, Callback)}
    assert (states[1], states[8]) == (CallbackState.MADE, CallbackState.PLANNED)
