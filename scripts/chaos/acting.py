"""What people do with their telephones, each in a thread of their own."""

import time
from contextlib import suppress
from random import Random

from sqlalchemy.exc import SQLAlchemyError

from hotline.errors import HotlineError
from hotline.phone import PhoneNumber
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.phones import Phone
from hotline.services import open_calls, people, taps
from scripts.chaos.schedule import VOLUNTEERS, Event
from scripts.chaos.town import LINE, Town

ANONYMOUS = "+33639980099"
_LOOK = 0.05


def act(town: Town, event: Event) -> None:
    """Do what an event says; whoever is on the telephone already, or taps in vain, does nothing."""
    with suppress(ImpossibleError, SQLAlchemyError, HotlineError):
        match event.name:
            case "calls":
                _call(town, event)
            case "texts" | "answers":
                town.exchange.phone(event.who).text(LINE, event.how)
            case "phones_back":
                _stay(town, town.exchange.phone(event.who), "patient")
            case "taps":
                _tap(town, event.who)


def volunteers(town: Town) -> None:
    """Answer every offer within a second or so, mostly with OUI, until the seed is over."""
    chance, answered = Random(town.schedule.seed), set[int]()
    while not town.over.wait(0.3):
        for number in VOLUNTEERS:
            phone = town.exchange.phone(number)
            for letter in [one for one in phone.texts if one.id not in answered and "OUI" in one.body]:
                answered.add(letter.id)
                phone.text(LINE, chance.choice(("OUI", "Oui merci", "oui", "NON")))


def _call(town: Town, event: Event) -> None:
    phone = town.exchange.phone(ANONYMOUS if event.who == "anonymous" else event.who)
    phone.withheld = event.who == "anonymous"
    _stay(town, phone, event.how)


def _stay(town: Town, phone: Phone, manner: str) -> None:
    """Call the line and do there what is in somebody's manner."""
    phone.dial(LINE)
    began, leg = time.monotonic(), phone.leg
    while phone.leg is leg and leg is not None and not town.over.is_set():
        if manner == "hangs_up" and time.monotonic() - began > 1:
            break
        if phone.prompt == "record":
            _speak(phone, 0.4 if manner == "whisper" else 3.0)
            if manner == "patient":
                time.sleep(_LOOK)
                continue
            break
        if phone.prompt == "bridged":
            time.sleep(1.5)
            break
        if phone.prompt == "gather" and phone.number in VOLUNTEERS:
            phone.press("1")
        time.sleep(_LOOK)
    if phone.leg is leg and leg is not None:
        phone.hang_up()


def _speak(phone: Phone, seconds: float) -> None:
    """Say something and leave a moment of silence; the recording goes on."""
    phone.speak(seconds)
    time.sleep(seconds + 0.3)


def _tap(town: Town, number: str) -> None:
    """Touch "Appeler" on a volunteer's page, and pick up when the telephone rings."""
    hotline, at = town.hotline, town.hotline.clock.now()
    with hotline.database.write() as session:
        volunteer = people.volunteer_at(session, people.phone_for(session, PhoneNumber(number), at))
        calls = open_calls.to_phone(session, volunteer, at) if volunteer else []
        if volunteer and calls:
            taps.ask(session, volunteer, calls[0].callback_id, at)
    phone = town.exchange.phone(number)
    until = time.monotonic() + 4
    while time.monotonic() < until and not town.over.wait(_LOOK):
        if phone.state == "ringing":
            phone.answer()
        if phone.prompt == "gather":
            phone.press("1")
            return
