"""The line as the use cases see it: its number, its rules, its hours, its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callflows.wordings import Wordings
from hotline.hours import Hours, LineHours
from hotline.settings import LineConfig


@dataclass(frozen=True)
class Line:
    """Everything about the association's line that does not change while the process runs.

    `words` are French, `other_words` those of other languages; `transcribes` tells whether messages are put
    into words; `mail_address` is the association's, None where no mail is written.
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
