"""`hotline rehearse --script month`: four weeks of callbacks, played for real and told day by day."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from hotline.cli import month_people as cast
from hotline.cli import month_told as told
from hotline.cli.month_people import Helper
from hotline.cli.stage import LINE, Stage, open_stage

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2026, 10, 5), date(2026, 11, 1)
WAKES, NOON, SLEEPS = time(9, 0), time(12, 0), time(19, 30)
STEP = timedelta(minutes=30)
HOLIDAY, SILENCE = date(2026, 10, 10), date(2026, 10, 19)
"""When Louise tells that she goes away, and from when René does not pick up any more."""

PHONE_ONCE = {
    date(2026, 10, 5): ("Lucien", "Amina"),
    date(2026, 10, 7): ("Marcel",),
    date(2026, 10, 9): ("Yvette",),
    date(2026, 10, 13): ("Albert",),
    date(2026, 10, 16): ("Georgette",),
    date(2026, 10, 21): ("Raymond",),
    date(2026, 10, 27): ("Simone",),
}
"""Who phones the line at noon and hangs up before somebody answers."""


def play() -> int:
    """Play the month and print it; return 0 only if all came true."""
    console = Console(highlight=False, markup=False, emoji=False)
    start = datetime.combine(FIRST, WAKES, PARIS)
    with tempfile.TemporaryDirectory() as folder, open_stage(Path(folder), start) as stage:
        month = Month(stage, console)
        console.print(
            "Quatre semaines, douze personnes, huit bénévoles. Tout est vrai, sauf l'opérateur et les gens."
        )
        while stage.now.date() <= LAST:
            month.live_a_day()
        return month.verdict()


class Month:
    """Four weeks on a stage, day after day."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self.stage, self.console = stage, console
        self.helpers = cast.helpers()
        self.callers = cast.prepare(stage, self.helpers)
        self.fulfilled = True

    def live_a_day(self) -> None:
        """People phone the line, texts are answered, agreed calls are made; then the night passes."""
        stage, today = self.stage, self.stage.now.date()
        self._turns_of_fate(today)
        calling = list(PHONE_ONCE.get(today, ()))
        while stage.now.date() == today and stage.now.time() < SLEEPS:
            if stage.now.time() >= NOON:
                self._phone_the_line(calling)
            for helper in self.helpers:
                self._one_turn(helper)
            stage.jump(stage.now + STEP)
            stage.tick()
        self._tell(today)
        stage.jump(datetime.combine(today + timedelta(days=1), WAKES, PARIS))

    def verdict(self) -> int:
        """Print who called whom, what was missed, who was told, and what had to come true."""
        hotline = self.stage.hotline
        self._list("Qui a appelé qui", told.conversations(hotline))
        self._list("Ce qui a été manqué", told.missed(hotline))
        self._list("Qui a été prévenu", told.warned(hotline))
        self.console.print()
        for what, true in (*told.promises(hotline), ("l'opérateur n'a trouvé aucune faute", self._clean())):
            self.fulfilled = self.fulfilled and true
            self.console.print(
                f"          {'vrai' if true else 'FAUX'} {what}", style=None if true else "bold red"
            )
        self.console.print(
            "Tout s'est passé comme prévu." if self.fulfilled else "Quelque chose n'est pas venu."
        )
        return 0 if self.fulfilled else 1

    def _turns_of_fate(self, today: date) -> None:
        if today == HOLIDAY:
            self._helper("Louise").writes(self.stage, "PAUSE du 12 au 18 octobre")
        if today == SILENCE:
            cast.stays_silent(self.stage, cast.RENE)

    def _phone_the_line(self, calling: list[str]) -> None:
        while calling:
            name = calling.pop()
            phone = self.stage.phone(next(one.number for one in cast.RESIDENTS if one.name == name))
            phone.dial(LINE)
            self.stage.let(12)
            phone.hang_up()
            self.stage.let(20)

    def _one_turn(self, helper: Helper) -> None:
        helper.reads(self.stage)
        if helper.temper == "silent":
            return
        for callback_id, caller_id in cast.due_calls(self.stage, helper.number):
            helper.calls(self.stage, self.callers[caller_id], callback_id)

    def _helper(self, name: str) -> Helper:
        return next(helper for helper in self.helpers if helper.name == name)

    def _tell(self, today: date) -> None:
        lines = [line for line in told.everything(self.stage.hotline) if line.at.date() == today]
        if lines:
            self.console.print()
            self.console.rule(f"{told.weekday(today)} {today:%d/%m}", align="left")
            self._print(lines, "%H:%M")

    def _list(self, title: str, lines: Iterable[told.Line]) -> None:
        self.console.print()
        self.console.rule(title, align="left")
        self._print(lines, "%d/%m %H:%M")

    def _print(self, lines: Iterable[told.Line], when: str) -> None:
        for line in lines:
            self.console.print(f"{line.at.strftime(when)}  {line.who} {line.what}", soft_wrap=True)

    def _clean(self) -> bool:
        for mistake in self.stage.exchange.warnings:
            self.console.print(str(mistake), soft_wrap=True)
        return not self.stage.exchange.warnings
