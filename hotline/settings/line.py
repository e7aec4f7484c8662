"""The association's rules: `config/hotline.toml`, typed, with the defaults of every key."""

import re
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hotline.settings import numbers

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "day": 86400, "days": 86400, "j": 86400}
_DURATION = re.compile(r"(\d+)\s*([a-z]+)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_NAME = 40


def duration(text: object) -> timedelta:
    """Read "20s", "5m", "4h" or "3 days"; raise ValueError with a sentence otherwise."""
    if isinstance(text, timedelta):
        return text
    found = _DURATION.fullmatch(str(text).strip().lower())
    if not found or found[2] not in _UNITS or int(found[1]) == 0:
        raise ValueError(f"({text}) doit être une durée comme « 20s », « 5m », « 4h » ou « 3 days »")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"({name}) n'est pas un fuseau horaire connu, comme « Europe/Paris »") from error
    return name


def _school_zone(zone: str) -> str:
    if zone.upper() not in {"", "A", "B", "C"}:
        raise ValueError(f"({zone}) n'est pas une zone de vacances scolaires : A, B, C, ou rien")
    return zone.upper()


def _named(name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise ValueError(f"doit dire comment l'équipe appelle cette ligne, en {_LONGEST_NAME} signes au plus")
    return name.strip()


def _language_code(code: str) -> str:
    if not _LANGUAGE.fullmatch(code):
        raise ValueError(f"({code}) doit être un code de langue comme « fr », « it » ou « en »")
    return code


Duration = Annotated[timedelta, BeforeValidator(duration)]
Count = Annotated[int, Field(ge=1)]
Price = Annotated[float, Field(ge=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssociationSection(_Section):
    """Who stands behind the line, as pages, mails and the published mission say it."""

    name: str = "On se parle !!"
    address: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    phone: str = ""
    rna: str = ""
    siret: str = ""
    kit_url: Annotated[str, Field(max_length=70)] = ""


class HoursSection(_Section):
    """When the line is open."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    country: str = "FR"
    open: str = "Mo-Fr 10:00-18:00; PH off"
    school_zone: Annotated[str, AfterValidator(_school_zone)] = ""


class ClosureEntry(_Section):
    """A closure, both dates included."""

    from_date: date = Field(alias="from")
    until: date
    reason: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "ClosureEntry":
        if self.until < self.from_date:
            raise ValueError("finit avant de commencer : « until » vient avant « from »")
        return self


class OpeningEntry(_Section):
    """An exceptional opening on one date."""

    on: date = Field(alias="date")
    hours: str


class RingSection(_Section):
    """How long listeners ring: one attempt, and all attempts together."""

    each: Duration = timedelta(seconds=20)
    total: Duration = timedelta(seconds=90)


class VoicemailSection(_Section):
    """What counts as a message, and how patient the recording is."""

    shortest: Duration = timedelta(seconds=2)
    longest: Duration = timedelta(minutes=5)
    silence: Duration = timedelta(seconds=8)


class OffersSection(_Section):
    """When offers leave, and the time to answer counted inside these hours."""

    hours: str = "Mo-Su 09:00-19:00"
    answer_within: Duration = timedelta(hours=4)


class CallbacksSection(_Section):
    """When callers are phoned, how soon a one-off callback is due, and how callbacks are watched."""

    hours: str = "Mo-Su 08:00-21:00"
    one_off_within: Duration = timedelta(hours=48)
    grace: Duration = timedelta(hours=24)
    remind_before: Duration = timedelta(hours=3)
    report_within: Duration = timedelta(hours=24)


class LaddersSection(_Section):
    """How many tries before somebody else is told; `heat_wave` makes it `heat_wave_tries`.

    The contact person, with consent, is told `contact_after` the coordinators.
    """

    caller_tries: Count = 3
    volunteer_reminders: Count = 1
    heat_wave_tries: Count = 1
    heat_wave: bool = False
    contact_after: Duration = timedelta(hours=12)


class AlarmsSection(_Section):
    """Ages at which `/status` stops saying that all is well, and who is told of it.

    `tell` holds addresses and mobiles; without addresses it is those of the desk.
    """

    clock: Duration = timedelta(seconds=60)
    outbox: Duration = timedelta(minutes=5)
    unheard: Duration = timedelta(days=3)
    tell: list[Annotated[str, AfterValidator(numbers.number_or_address)]] = []


class LimitsSection(_Section):
    """Ceilings that keep a fault or a prank from costing money; `longest_call` ends one conversation."""

    sms_per_person_per_day: Count = 6
    sms_per_day: Count = 500
    call_minutes_per_person_per_day: Count = 240
    call_minutes_per_day: Count = 6000
    longest_call: Duration = timedelta(hours=2)
    mails_per_person_per_day: Count = 10
    mails_per_day: Count = 500
    countries: list[str] = ["FR"]


class BurstsSection(_Section):
    """From how many calls `within` a time on nobody is rung any more, and the message is taken at once.

    `number` counts the calls of one telephone, `block` those of strangers from ten thousand numbers that
    follow each other, `withheld` those without a number.
    """

    within: Duration = timedelta(minutes=10)
    number: Count = 10
    block: Count = 40
    withheld: Count = 80


class CostsSection(_Section):
    """What the carrier asks, in euros: a minute of a call that comes in or goes out, one part of a text,
    and a number for a month.
    """

    minute_in: Price = 0.01
    minute_out: Price = 0.05
    text: Price = 0.08
    number: Price = 1.5


class LinksSection(_Section):
    """How long a link to a volunteer's page works."""

    last: Duration = timedelta(days=14)


class PartnersSection(_Section):
    """How soon a need that nobody answers comes back to mind; the time between two reminders then doubles."""

    remind_after: Duration = timedelta(days=2)


class MissionsSection(_Section):
    """Our mission as the platform of the Réserve civique shows it.

    `posted` is the day of its first publication; `reserve` how many volunteers we keep ready for callers.
    """

    title: str = "On se parle : maintenir le lien par téléphone avec des personnes isolées"
    description: str = (
        "J'appelle, depuis chez moi, une personne isolée, une fois ou régulièrement. Je prends de ses "
        "nouvelles, je l'écoute, et je dis à l'association ce dont elle a besoin. L'association m'accueille "
        "avant le premier appel, reste joignable, et me permet d'appeler sans montrer mon numéro."
    )
    schedule: str = "20 minutes par appel, une fois ou chaque semaine"
    audience: list[str] = ["Personnes âgées", "Personnes en situation de handicap"]
    posted: date = date(2026, 1, 1)
    reserve: Annotated[int, Field(ge=0)] = 5


class NumberEntry(_Section):
    """One number of several: its name for the team, and what differs from the main one where it is called.

    Without hours of its own it opens with the others; without a sender of its own it texts as it is called,
    unless the main one texts under another number or name.
    """

    number: Annotated[str, AfterValidator(numbers.number)]
    name: Annotated[str, AfterValidator(_named)]
    language: Annotated[str, AfterValidator(_language_code)] = "fr"
    open: str = ""
    sms_sender: Annotated[str, AfterValidator(lambda value: value and numbers.sender(value))] = ""
    prompts: dict[str, str] = {}
    recordings: dict[str, str] = {}


class LineConfig(_Section):
    """The whole of `config/hotline.toml`."""

    association: AssociationSection = AssociationSection()
    hours: HoursSection = HoursSection()
    closures: list[ClosureEntry] = []
    openings: list[OpeningEntry] = []
    ring: RingSection = RingSection()
    voicemail: VoicemailSection = VoicemailSection()
    offers: OffersSection = OffersSection()
    callbacks: CallbacksSection = CallbacksSection()
    ladders: LaddersSection = LaddersSection()
    alarms: AlarmsSection = AlarmsSection()
    limits: LimitsSection = LimitsSection()
    bursts: BurstsSection = BurstsSection()
    costs: CostsSection = CostsSection()
    links: LinksSection = LinksSection()
    partners: PartnersSection = PartnersSection()
    missions: MissionsSection = MissionsSection()
    texts: dict[str, str] = {}
    prompts: dict[str, str] = {}
    recordings: dict[str, str] = {}
    lines: list[NumberEntry] = []

    @model_validator(mode="after")
    def _told_apart(self) -> "LineConfig":
        """Each of several numbers stands there once, under a name of its own."""
        for what, values in (
            ("numéro", [entry.number for entry in self.lines]),
            ("nom", [entry.name.casefold() for entry in self.lines]),
        ):
            twice = [
                entry for entry, value in zip(self.lines, values, strict=True) if values.count(value) > 1
            ]
            if twice:
                names = " et ".join(f"« {entry.name} »" for entry in twice)
                raise ValueError(f"[[lines]] : {names} ont le même {what} ; donnez à chaque ligne le sien")
        return self
