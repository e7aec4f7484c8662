"""The composition root: one `Hotline` made from settings, shared by web, clock, command line and tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event

from sqlalchemy.orm import Session

from hotline import settings as reading
from hotline.clock import Clock, ShiftedClock, SystemClock
from hotline.db import Database
from hotline.lines import Lines
from hotline.mail.smtp import Mailer
from hotline.services.line import Line
from hotline.settings import Settings, SettingsError
from hotline.sounds import Sounds
from hotline.spool import Spool
from hotline.store import Store, open_store
from hotline.telephony.base import Carrier
from hotline.telephony.signature import Signatures


@dataclass(frozen=True)
class Hotline:
    """The product put together; everything slow or outside is opened at first use."""

    settings: Settings
    clock: Clock
    database: Database
    lines: Lines
    sounds: Sounds
    signatures: Signatures
    stopping: Event = field(default_factory=Event)
    """Set once this process is told to stop: whatever works through a queue then takes no more from it."""

    @property
    def line(self) -> Line:
        """The line as this process knows it: at most a second behind what the desk decides elsewhere."""
        return self.lines.line

    @property
    def faults(self) -> Sequence[str]:
        """What is wrong with the line's rules, in French."""
        return self.lines.faults

    def line_in(self, session: Session) -> Line:
        """Return the line as it is in this transaction, to the last decision."""
        return self.lines.renewed(session)

    def look(self) -> None:
        """Follow what the desk decided in other processes."""
        self.lines.look(self.database)

    @cached_property
    def carrier(self) -> Carrier:
        """The carrier's client; raises SettingsError while its settings are incomplete."""
        from hotline.telephony.twilio import TwilioCarrier  # noqa: PLC0415 - web never pays for the client

        account = self.settings.carrier()
        return TwilioCarrier(
            account.account_sid,
            account.auth_token,
            api_key=account.api_key,
            api_secret=account.api_secret,
            base_url=account.base_url,
        )

    @cached_property
    def mailer(self) -> Mailer:
        """The mail server's client; raises SettingsError where no mail is written."""
        url = self.settings.environment.smtp_url
        if url is None:
            raise SettingsError(["HOTLINE_SMTP_URL manque : aucun courriel ne part."])
        return Mailer(url.get_secret_value())

    @cached_property
    def store(self) -> Store:
        """The recordings, encrypted."""
        return open_store(self.settings.environment.recordings_url, self.database.cipher)

    @cached_property
    def spool(self) -> Spool:
        """What came to this host while the database was away."""
        return Spool(self.settings.spool_folder, self.database.cipher)

    def address(self, path: str) -> str:
        """Return the public address of one of our pages or webhooks."""
        return self.settings.public_url + path


def build(settings: Settings | None = None, clock: Clock | None = None) -> Hotline:
    """Put the product together; raises SettingsError with every fault of the settings."""
    settings = settings or reading.load()
    database = Database(settings.database_url, settings.encryption_keys)
    sounds = Sounds(lambda: open_store(settings.environment.recordings_url, database.cipher))
    return Hotline(
        settings=settings,
        clock=clock or _clock(settings.environment.clock_file),
        database=database,
        lines=Lines(settings, sounds),
        sounds=sounds,
        signatures=Signatures(settings.tokens, settings.shared_keys),
    )


def _clock(offset_file: Path | None) -> Clock:
    return ShiftedClock(offset_file) if offset_file else SystemClock()
