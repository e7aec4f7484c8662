from datetime import datetime

import pytest
from sqlalchemy import select

from hotline.models import *  # noqa
from hotline.services import people
from hotline.phone import parse
from tests.journeys.conftest import PARIS

def add_volunteer(town, name, number, **kw):
    with town.hotline.database.write() as s:
        at = town.hotline.clock.now()
        phone = people.phone_for(s, parse(number), at)
        s.add(Volunteer(first_name=name, last_name="Test", phone_id=phone.id, state="active", created_at=at, languages="fr", available="", capacity=1, on_site=False, **kw))

class TestNight:
    @pytest.fixture
    def start(self):
        return datetime(2026, 11, 21, 22, 0, tzinfo=PARIS)

    def test_night(self, town):
        add_volunteer(town, "Marie", "+33639980101")
        odette = town.phone("+33199000201")
        odette.dial("+33199000100")
        town.let(20)
        for h in odette.heard: print(h)
        odette.speak(6)
        town.let(5)
        odette.hang_up()
        town.let(30)
        with town.hotline.database.read() as s:
            for m in (Call, Voicemail, Request, Assignment, OutboxRow):
                for r in s.scalars(select(m)): print({k:v for k,v in vars(r).items() if k[0]!='_'})
        town.jump(datetime(2026, 11, 22, 9, 1, tzinfo=PARIS))
        town.let(30)
        marie = town.phone("+33639980101")
        print([t.body for t in marie.texts])
        marie.text("+33199000100", "Oui merci")
        town.let(30)
        print([t.body for t in marie.texts])
        odette.heard
        marie.dial("+33199000100")
        town.let(10)
        print(marie.heard, odette.state, odette.ringing_from)
        odette.answer()
        town.let(10)
        print(odette.heard[-1])
        print(marie.state, odette.state, marie.prompt)
        town.let(60)
        odette.hang_up()
        town.let(20)
        print(marie.heard[-1])
        marie.text("+33199000100", "fait")
        town.let(20)
        print([t.body for t in marie.texts])
        with town.hotline.database.read() as s:
            for m in (Call, Voicemail, Request, Assignment, Callback, OutboxRow, Alert):
                for r in s.scalars(select(m)): print({k:v for k,v in vars(r).items() if k[0]!='_'})
