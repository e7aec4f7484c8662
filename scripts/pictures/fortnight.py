"""Two weeks on the line, played for real, so that the morning of the pictures has a past."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline.cli.month_people import Helper, due_calls
from hotline.cli.stage import LINE, Stage
from hotline.models import Callback, Voicemail
from hotline.rehearsal import audio
from hotline.rehearsal.phones import Phone
from scripts.pictures import people as cast
from scripts.pictures.people import Neighbour

Deed = Literal["talks", "message", "hangs up"]
PARIS: Final = ZoneInfo("Europe/Paris")
FIRST: Final = date(2026, 11, 9)
EVE: Final = date(2026, 11, 23)
WAKES, SLEEPS, STEP = time(9), time(20), timedelta(minutes=30)
START: Final = datetime.combine(FIRST, WAKES, PARIS)

DAYS: Final[dict[int, Sequence[tuple[int, Neighbour, Deed]]]] = {
    0: ((10, cast.RAYMOND, "talks"), (14, cast.YVETTE, "hangs up")),
    1: ((11, cast.JEANNE, "talks"), (16, cast.SIMONE, "talks")),
    2: ((19, cast.LUCIEN, "message"),),  # a public holiday
    3: ((10, cast.ODETTE, "talks"), (15, cast.RAYMOND, "talks"), (17, cast.MARCEL, "talks")),
    4: ((11, cast.SUZANNE, "talks"),),
    7: ((10, cast.ODETTE, "talks"), (15, cast.SIMONE, "hangs up")),
    8: ((14, cast.RAYMOND, "talks"),),
    9: ((11, cast.JEANNE, "talks"), (19, cast.ODETTE, "message")),
    10: ((10, cast.MARCEL, "talks"), (15, cast.YVETTE, "talks")),
    11: ((16, cast.RAYMOND, "talks"), (19, cast.SIMONE, "message")),
    12: ((11, cast.RAYMOND, "message"),),
    14: ((10, cast.MARCEL, "hangs up"), (16, cast.STANISLAW, "hangs up")),
}
"""Who phones the line, by day since the first and by hour."""

LISTENS: Final = (3, 10)
"""The days on which a colleague deals with the messages of the night."""


class Fortnight:
    """Two weeks on a stage, day after day."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.helpers = cast.helpers()
        self.callers = cast.settle_in(stage)
        self._told: Counter[str] = Counter()

    def live(self) -> None:
        """Live until the evening before the morning of the pictures."""
        while self.stage.now.date() < EVE:
            self._live_a_day()
        self._live_a_day()

    def helper(self, name: str) -> Helper:
        """Return a volunteer by first name."""
        return next(one for one in self.helpers if one.name == name)

    def _live_a_day(self) -> None:
        stage, today = self.stage, self.stage.now.date()
        day = (today - FIRST).days
        calling = list(DAYS.get(day, ()))
        if day in LISTENS:
            hear_the_night(stage)
        while stage.now.date() == today and stage.now.time() < SLEEPS:
            while calling and stage.now.hour >= calling[0][0]:
                _, neighbour, deed = calling.pop(0)
                phone_the_line(stage, neighbour, deed)
            for helper in self.helpers:
                self._one_turn(helper)
            stage.jump(stage.now + STEP)
            stage.tick()
        if today < EVE:
            stage.jump(datetime.combine(today + timedelta(days=1), WAKES, PARIS))

    def _one_turn(self, helper: Helper) -> None:
        helper.reads(self.stage)
        if helper.temper == "silent":
            return
        for callback_id, caller_id in due_calls(self.stage, helper.number):
            neighbour = self.callers[caller_id]
            helper.calls(self.stage, neighbour, callback_id)
            self._tells(helper, neighbour, callback_id)

    def _tells(self, helper: Helper, neighbour: Neighbour, callback_id: int) -> None:
        words = cast.TELLS.get(neighbour.number, ())
        if self._told[neighbour.number] < len(words):
            said = words[self._told[neighbour.number]]
            self._told[neighbour.number] += 1
            helper.writes(self.stage, f"FAIT {assignment_of(self.stage, callback_id)} {said}")


def assignment_of(stage: Stage, callback_id: int) -> int:
    """Return the reference of the assignment that a call belongs to."""
    with stage.hotline.database.read() as session:
        return session.scalars(select(Callback.assignment_id).where(Callback.id == callback_id)).one()


def hear_the_night(stage: Stage) -> None:
    """A colleague listens to what nobody has heard, and deals with it."""
    paul = cast.colleague(stage)
    with stage.hotline.database.read() as session:
        unheard = session.scalars(select(Voicemail.id).where(Voicemail.heard_at.is_(None))).all()
    for voicemail_id in unheard:
        paul.opens(f"/voicemails/{voicemail_id}/audio")
        paul.sends(f"/voicemails/{voicemail_id}/handle")


def phone_the_line(stage: Stage, neighbour: Neighbour, deed: Deed) -> None:
    """Somebody phones: talks with Louis until the matter is closed, leaves a message, or hangs up."""
    phone = stage.phone(neighbour.number)
    phone.dial(LINE)
    stage.let(20)
    if deed == "talks" and phone.state != "idle":
        stage.let(minutes=neighbour.talks)
        phone.hang_up()
        stage.let(20)
        if neighbour not in [one for one, *_ in cast.REGULAR]:
            stage.phone(cast.LOUIS).text(LINE, "FAIT")
    elif deed == "message":
        leave_message(stage, phone)
    elif phone.state != "idle":
        phone.hang_up()
    stage.let(20)


def leave_message(stage: Stage, phone: Phone, seconds: float = 18) -> None:
    """Speak after the beep, with pauses as people make them, and hang up."""
    for _ in range(30):
        if phone.prompt == "record":
            break
        stage.exchange.advance(5)
    parts, offset = [], 0.6
    for length, pause in ((1.4, 0.5), (2.6, 0.9), (0.8, 0.3), (3.1, 1.2), (1.9, 0.4), (2.2, 0.7), (1.1, 0.6)):
        parts.append((offset, audio.imitation(length, pitch=165)))
        offset += length + pause
    phone.speak(wav=audio.wav(audio.mixed(seconds, parts)))
    stage.exchange.advance(seconds + 1)
    if phone.state != "idle":
        phone.hang_up()
    stage.let(20)
