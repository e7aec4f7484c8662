"""A scripted day told as people lived it: what they did, heard and read, and whether it came true."""

from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console
from rich.text import Text

from callflows.spoken import written_number
from hotline.cli.stage import LINE, Stage
from hotline.rehearsal.phones import Phone


@dataclass
class Transcript:
    """Prints a stage's day; `fulfilled` stays true as long as every expectation was."""

    stage: Stage
    console: Console
    fulfilled: bool = True
    _names: dict[str, str] = field(default_factory=lambda: {LINE: "la ligne"})
    _told: set[int] = field(default_factory=set)

    def person(self, name: str, number: str) -> Phone:
        """Introduce somebody by name and return their telephone."""
        self._names[number] = name
        return self.stage.phone(number)

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self.console.print()
        self.console.rule(Text(f"{self._day()} · {title}", style="bold"), align="left")

    def does(self, phone: Phone, what: str) -> None:
        """Tell what somebody does."""
        self._line(self.stage.now, Text.assemble((self._name(phone.number), "bold"), f" {what}"))

    def goes_on(self, seconds: float = 0, **more: float) -> None:
        """Let time pass and tell what was heard and read meanwhile, in order."""
        self.stage.let(seconds, **more)
        self.catch_up()

    def catch_up(self) -> None:
        """Tell what was heard and read since the last time."""
        news = [news for phone in self.stage.exchange.phones.values() for news in self._news_of(phone)]
        for at, text in sorted(news, key=lambda item: item[0]):
            self._line(self.stage.hotline.line.local(at), text)

    def expect(self, what: str, *, true: bool) -> None:
        """Tell whether something came out as it should."""
        self.fulfilled = self.fulfilled and true
        mark, style = ("vrai ", "green") if true else ("FAUX ", "bold red")
        self.console.print(Text.assemble("          ", (mark, style), (what, style)), soft_wrap=True)

    def _news_of(self, phone: Phone) -> list[tuple[datetime, Text]]:
        name, news = self._name(phone.number), []
        for heard in phone.journal:
            if heard.id not in self._told:
                self._told.add(heard.id)
                news.append((heard.at, Text.assemble((name, "bold"), " entend : ", (heard.text, "italic"))))
        for text in phone.letters:
            if text.id not in self._told and text.direction == "in":
                self._told.add(text.id)
                news.append(
                    (text.at, Text.assemble((name, "bold"), " reçoit un SMS : ", (text.body, "italic cyan")))
                )
        return news

    def _name(self, number: str) -> str:
        return self._names.get(number) or written_number(number)

    def _day(self) -> str:
        now = self.stage.now
        days = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
        return f"{days[now.weekday()].capitalize()} {now.day:02d}/{now.month:02d}"

    def _line(self, at: datetime, text: Text) -> None:
        self.console.print(Text.assemble((f"{at:%H:%M:%S}  ", "dim"), text), soft_wrap=True)
