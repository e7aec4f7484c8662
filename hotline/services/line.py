"""The line as the use cases see it: its number, its rules, its hours, its words.

An association with several numbers has one line for each; whoever asks for none has the main one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callflows.needs import Vocabulary
from callflows.wordings import Wordings
from hotline.hours import Hours, LineHours
from hotline.settings import LineConfig

MAIN_LANGUAGE = "fr"


@dataclass(frozen=True)
class Line:
    """Everything about the association's line that does not change while the process runs.

    `words` are French, `other_words` those of other languages; `transcribes` tells whether messages are put
    into words; `mail_address` is the association's, None where no mail is written, and `reads_mail` tells
    whether there is a mailbox. `language` is the one in which this number is answered, and `name` what the
    team calls it. `numbers` are the lines by their number, the main one under None too; empty where there is
    only one.
    """

    number: str
    sender: str
    config: LineConfig
    hours: LineHours
    offer_hours: Hours
    call_hours: Hours
    words: Wordings
    other_words: Mapping[str, Wordings]
    public_url: str
    transcribes: bool = False
    mail_address: str | None = None
    reads_mail: bool = False
    needs: Vocabulary = field(default_factory=Vocabulary)
    language: str = MAIN_LANGUAGE
    name: str = ""
    numbers: Mapping[str | None, "Line"] = field(default_factory=dict, repr=False, compare=False)

    def at(self, number: str | None) -> "Line":
        """Return the line that is called under a number; the main one for None, and for a number not ours."""
        return self.numbers.get(number) or self.numbers.get(None, self)

    @property
    def main(self) -> "Line":
        """The main line: the team's, whatever number callers have dialled."""
        return self.at(None)

    @property
    def each(self) -> Sequence["Line"]:
        """Every line of the association, the main one first."""
        return [line for number, line in self.numbers.items() if number is not None] or [self]

    @property
    def several(self) -> bool:
        """Tell whether the association has several numbers."""
        return bool(self.numbers)

    @property
    def second(self) -> str | None:
        """The number under which rows keep this line; None for the main one."""
        return None if self.number == self.main.number else self.number

    @property
    def own_sender(self) -> str | None:
        """Who texts come from, where that is not the main line's sender."""
        return None if self.sender == self.main.sender else self.sender

    @property
    def ours(self) -> frozenset[str]:
        """Every number and sender of the association: whoever calls or writes from there is a loop."""
        return frozenset(each for line in self.each for each in (line.number, line.sender))

    def speaks_to(self, language: str) -> str:
        """Return in what language somebody is answered: the number's own, else that of their file."""
        return language if self.language == MAIN_LANGUAGE else self.language

    @property
    def one_way(self) -> bool:
        """Tell whether texts leave under a name nobody can answer."""
        return not self.sender.startswith("+")

    @property
    def zone(self) -> ZoneInfo:
        """The line's own time zone."""
        return ZoneInfo(self.config.hours.timezone)

    def words_in(self, language: str) -> Wordings:
        """Return the words of a language; French where the line does not speak it."""
        return self.other_words.get(language, self.words)

    def local(self, at: datetime) -> datetime:
        """Return the moment on the line's clock."""
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> date:
        """Return the line's calendar day."""
        return self.local(at).date()
