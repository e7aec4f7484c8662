"""From the public page to the first yes: the code, the welcome, the offer, and a goodbye."""

import re
from datetime import timedelta

from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, Assignment, Phone, Registration, Request, Volunteer
from hotline.models.status import AssignmentState, RequestState, VolunteerState
from tests.conftest import StoppedClock
from tests.records import only, rows
from tests.web.desk.conftest import sign_in
from tests.web.joining.conftest import E164, Newcomer
from tests.web.visits import Visitor

LUCIEN = "+33639980001"


class _Watch(StoppedClock):
    """The town's clock, moved by letting time pass in it."""

    def __init__(self, town: Stage) -> None:
        super().__init__(town.now)
        self._town = town

    def advance(self, step: timedelta) -> None:
        self._town.let(step.total_seconds())


def test_somebody_registers_is_welcomed_and_says_yes(town: Stage) -> None:
    solene, lucien = town.phone(E164), town.phone(LUCIEN)
    newcomer = Newcomer(town.hotline, _Watch(town))
    assert newcomer.registers(hours=[]).location == "/benevole/code"
    town.let(5)
    (code,) = re.findall(r"code est (\d{6})", solene.texts[-1].body)
    assert newcomer.types(code).location == "/benevole/merci"
    lucien.text(LINE, "Rappelez-moi")
    town.let(30)
    assert only(town.hotline, Volunteer).state is VolunteerState.PENDING
    assert rows(town.hotline, Assignment) == []
    joined = only(town.hotline, Volunteer).id
    sign_in(town.hotline).post(f"/volunteers/{joined}/activate")
    town.let(30)
    welcome, offer = (text.body for text in solene.texts[1:])
    assert re.search(r"/v/\S{12} ou appelez le 01 99 00 01 00 .*\*\d{8}#", welcome)
    assert "attend un appel" in offer
    solene.text(LINE, "OUI")
    town.let(5)
    assert only(town.hotline, Assignment).state is AssignmentState.ACTIVE
    town.let(hours=1)
    assert rows(town.hotline, Registration) == []


def test_whoever_leaves_by_their_page_is_thanked_and_their_person_is_offered_again(town: Stage) -> None:
    solene = town.phone(E164)
    newcomer = Newcomer(town.hotline, _Watch(town))
    newcomer.registers(hours=[])
    town.let(5)
    newcomer.types(re.findall(r"code est (\d{6})", solene.texts[-1].body)[0])
    joined = only(town.hotline, Volunteer).id
    sign_in(town.hotline).post(f"/volunteers/{joined}/activate")
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(30)
    solene.text(LINE, "oui")
    town.let(5)
    page = Visitor(town.hotline, joined)
    page.client.application.config["WTF_CSRF_ENABLED"] = False
    page.client.post(page.link(), base_url="https://hotline.example")
    page.client.post("/v/depart", base_url="https://hotline.example")
    town.let(10)
    assert "notre porte reste ouverte" in solene.texts[-1].body
    assert only(town.hotline, Request).state is RequestState.WAITING
    assert "volunteer_left" in {alert.kind for alert in rows(town.hotline, Alert)}
    solene.text(LINE, "Bonjour")
    town.let(5)
    assert [phone.stopped_at for phone in rows(town.hotline, Phone)] == [None, None]
    assert len(rows(town.hotline, Request)) == 2
