"""The composition root: one `Hotline` made from settings, shared by web, clock, command line and tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from callflows import wordings
from hotline import settings as reading
from hotline.clock import Clock, ShiftedClock, SystemClock
from hotline.db import Database
from hotline.hours import BrokenHours, Closure, Hours, LineHours, Opening
from hotline.services.line import Line
from hotline.settings import LineConfig, Settings
from hotline.settings.line import CallbacksSection, OffersSection
from hotline.store import Store, open_store
from hotline.telephony.base import Carrier
from hotline.telephony.signature import Signatures


@dataclass(frozen=True)
class Hotline:
    """The product put together; everything slow or outside is opened at first use."""

    settings: Settings
    clock: Clock
    database: Database
    line: Line
    signatures: Signatures
    faults: Sequence[str] = field(default=())

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
    def store(self) -> Store:
        """The recordings, encrypted."""
        return open_store(self.settings.environment.recordings_url, self.database.cipher)

    def address(self, path: str) -> str:
        """Return the public address of one of our pages or webhooks."""
        return self.settings.public_url + path


def build(settings: Settings | None = None, clock: Clock | None = None) -> Hotline:
    """Put the product together; raises SettingsError with every fault of the settings."""
    settings = settings or reading.load()
    line, faults = _line(settings)
    return Hotline(
        settings=settings,
        clock=clock or _clock(settings.environment.clock_file),
        database=Database(settings.database_url, settings.encryption_keys),
        line=line,
        signatures=Signatures(settings.tokens, settings.shared_keys),
        faults=faults,
    )


def _clock(offset_file: Path | None) -> Clock:
    return ShiftedClock(offset_file) if offset_file else SystemClock()


def _line(settings: Settings) -> tuple[Line, list[str]]:
    config = settings.line
    hours = _hours(config)
    offer_hours, offers_fault = _decent_hours(config, "offers")
    call_hours, calls_fault = _decent_hours(config, "callbacks")
    words, texts_faults = wordings.reworded(wordings.load(settings.prompts_folder, "fr"), config.texts)
    line = Line(
        number=settings.number,
        sender=settings.sms_sender,
        config=config,
        hours=hours,
        offer_hours=offer_hours,
        call_hours=call_hours,
        words=words,
        public_url=settings.public_url,
    )
    return line, [says for says in (hours.fault, offers_fault, calls_fault, *texts_faults) if says]


def _hours(config: LineConfig) -> LineHours:
    return LineHours.build(
        open=config.hours.open,
        closures=[Closure(entry.from_date, entry.until, entry.reason) for entry in config.closures],
        openings=[Opening(entry.on, entry.hours) for entry in config.openings],
        timezone=config.hours.timezone,
        country=config.hours.country,
    )


def _decent_hours(config: LineConfig, section: Literal["offers", "callbacks"]) -> tuple[Hours, str | None]:
    """Return the hours of a section; a broken expression falls back to the default, and is reported."""
    zone = {"timezone": config.hours.timezone, "country": config.hours.country}
    given: OffersSection | CallbacksSection = getattr(config, section)
    try:
        return Hours.parse(given.hours, **zone), None
    except BrokenHours as error:
        return Hours.parse(type(given)().hours, **zone), f"[{section}] hours : {error}"
