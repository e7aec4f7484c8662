"""The line of this moment: what the settings file says, and over it what the desk has decided since."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import structlog
from pydantic import ValidationError
from sqlalchemy.orm import Session

from callflows import needs, wordings
from callflows.needs import Vocabulary
from callflows.wordings import Wordings
from hotline.db import Database
from hotline.db.outage import unreachable
from hotline.hours import BrokenHours, Closure, Hours, LineHours, Opening
from hotline.models.status import Need
from hotline.services import choices
from hotline.services.line import Line
from hotline.settings import LineConfig, Settings
from hotline.settings.line import CallbacksSection, NumberEntry, OffersSection
from hotline.sounds import Sounds

LOOK_EVERY = 1.0
"""Seconds between two looks at what other processes have decided."""
OTHER_LANGUAGES = ("en",)
MAIN_NAME = "Ligne principale"
RECORDING = "/prompts/{name}.wav"

log = structlog.get_logger()


class Lines:
    """Keeps the line, and builds it anew when a decision is newer than it."""

    def __init__(self, settings: Settings, sounds: Sounds) -> None:
        self._settings = settings
        self._sounds = sounds
        self._newest = 0
        self._looked = 0.0
        self._built = built(settings, {}, sounds)

    @property
    def line(self) -> Line:
        """The line as it was last read."""
        return self._built[0]

    @property
    def faults(self) -> Sequence[str]:
        """What could not be read in the settings or in a decision, in French."""
        return self._built[1]

    def renewed(self, session: Session) -> Line:
        """Return the line as it is in this transaction."""
        newest = choices.newest(session)
        if newest != self._newest:
            self._built = built(self._settings, choices.everything(session), self._sounds)
            self._newest = newest
        self._looked = time.monotonic()
        return self.line

    def look(self, database: Database) -> None:
        """Follow the decisions of other processes, at most once a second; a database that is away waits."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        try:
            with database.read() as session:
                self.renewed(session)
        except Exception as error:
            if not unreachable(error):
                raise
            self._looked = time.monotonic()


def built(settings: Settings, decided: Mapping[str, Any], sounds: Sounds) -> tuple[Line, Sequence[str]]:
    """Return the main line, which knows the others, and what is wrong with any of them, in French."""
    config, faults = _config(settings.line, decided)
    main, found = _one(settings, config, sounds)
    others = [entry for entry in config.lines if entry.number != settings.number]
    if not others:
        return main, [*faults, *found]
    lines: dict[str | None, Line] = {}
    named = {entry.number: entry.name for entry in config.lines}
    main = replace(main, name=named.get(main.number, MAIN_NAME), numbers=lines)
    lines |= {None: main, main.number: main}
    for entry in others:
        other, more = _one(settings, _of_number(config, entry), sounds)
        lines[entry.number] = replace(
            other,
            number=entry.number,
            sender=entry.sms_sender or (main.sender if main.sender != main.number else entry.number),
            language=entry.language,
            name=entry.name,
            numbers=lines,
        )
        found += [f"« {entry.name} » : {fault}" for fault in more if fault not in found]
    return main, [*faults, *found]


def _one(settings: Settings, config: LineConfig, sounds: Sounds) -> tuple[Line, list[str]]:
    """Return one line by its rules, under the main number, and what is wrong with it."""
    hours = _hours(config)
    offer_hours, offers_fault = _decent_hours(config, "offers")
    call_hours, calls_fault = _decent_hours(config, "callbacks")
    words, faults = _words(settings, config, sounds, "fr")
    others, more = _other_words(settings, config, sounds, words)
    vocabulary, needs_fault = _needs(settings)
    line = Line(
        number=settings.number,
        sender=settings.sms_sender,
        config=config,
        hours=hours,
        offer_hours=offer_hours,
        call_hours=call_hours,
        words=words,
        other_words=others,
        public_url=settings.public_url,
        transcribes=settings.environment.transcription_model is not None,
        mail_address=settings.environment.mail_address if settings.environment.smtp_url else None,
        reads_mail=settings.environment.imap_url is not None,
        needs=vocabulary,
    )
    said = (hours.fault, offers_fault, calls_fault, needs_fault, *faults, *more)
    return line, [fault for fault in said if fault]


def _of_number(config: LineConfig, entry: NumberEntry) -> LineConfig:
    """Return the rules that hold where a number is called: its own hours, words and recordings over all."""
    return config.model_copy(
        update={
            "hours": config.hours.model_copy(update={"open": entry.open or config.hours.open}),
            "prompts": {**config.prompts, **entry.prompts},
            "recordings": {**config.recordings, **entry.recordings},
        }
    )


def overlaid(config: LineConfig, decided: Mapping[str, Any]) -> LineConfig:
    """Return the rules with decisions named after their keys ("hours.open", "closures") laid over them.

    Raises pydantic's ValidationError for a decision that no rule allows.
    """
    data = config.model_dump(by_alias=True)
    for name, value in decided.items():
        _lay(data, name, value)
    return LineConfig.model_validate(data)


def _lay(data: dict[str, Any], name: str, value: Any) -> None:
    """Set what a decision names, within one number's rules for "lines.<number>.…"; else nothing."""
    section, _, key = name.partition(".")
    if section not in data:
        return
    if section == "lines":
        number, _, rule = key.partition(".")
        for entry in data[section]:
            if entry["number"] == number:
                _lay(entry, rule, value)
    elif key:
        data[section][key] = value
    else:
        data[section] = value


def drafted(line: Line, decided: Mapping[str, Any]) -> Line:
    """Return the line as its hours would be after these decisions. Raises pydantic's ValidationError."""
    config = overlaid(line.config, decided)
    return replace(line, config=config, hours=_hours(config))


def _config(config: LineConfig, decided: Mapping[str, Any]) -> tuple[LineConfig, list[str]]:
    """Lay over one decision after another: a broken one is left out, and told."""
    faults = []
    for name, value in decided.items():
        try:
            config = overlaid(config, {name: value})
        except ValidationError:
            log.exception("broken_choice", name=name)
            faults.append(f"La décision « {name} » prise au bureau ne se lit pas : elle est ignorée.")
    return config, faults


def _words(
    settings: Settings, config: LineConfig, sounds: Sounds, language: str, french: Wordings | None = None
) -> tuple[Wordings, list[str]]:
    """Return what the line says and writes in a language, with the association's own words and recordings.

    What another language than French lacks is said in French.
    """
    words: Wordings = wordings.load(settings.prompts_folder, language)
    faults: list[str] = []
    if french is None:
        words, faults = wordings.reworded(words, config.texts)
    else:
        words = wordings.completed(words, french)
    words, more = wordings.respoken(words, config.prompts)

    def sound(name: str) -> str | None:
        recording = config.recordings.get(f"{language}.{name}")
        if not recording or not sounds.at_hand(recording):
            return None
        return f"{settings.public_url}{RECORDING.format(name=recording)}"

    return replace(words, sound=sound if config.recordings else words.sound), [*faults, *more]


def _other_words(
    settings: Settings, config: LineConfig, sounds: Sounds, french: Wordings
) -> tuple[Mapping[str, Wordings], list[str]]:
    """Return what is said in other languages than French: those of the numbers that have a catalogue."""
    found: dict[str, Wordings] = {}
    faults: list[str] = []
    for language in {*OTHER_LANGUAGES, *(entry.language for entry in config.lines)} - {french.language}:
        if not (settings.prompts_folder / f"{language}.toml").is_file():
            continue
        try:
            found[language], more = _words(settings, config, sounds, language, french)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            more = [f"prompts/{language}.toml ne se lit pas ({error}) : ses phrases sont dites en français"]
        faults += more
    return dict(sorted(found.items())), faults


def _needs(settings: Settings) -> tuple[Vocabulary, str | None]:
    """Return the words that tell of a need; without them nothing is proposed, and that is reported."""
    try:
        return needs.load(settings.needs_file, {need.value for need in Need} - {Need.LIEN}), None
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Vocabulary(), f"needs.toml ne se lit pas, aucun besoin n'est proposé : {error}"


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
