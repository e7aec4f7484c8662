"""The catalogue of phrases of one language, read from `config/prompts/<language>.toml`."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

OWN_TEXTS = ("texts", "ladder", "orientation")
CONSTANT = frozenset({"line"})
"""Values that are the same in every call: a phrase with no other value can be a recording."""
_PARTS = frozenset({"bridge.a_volunteer"})

# "de Odette" is said "d'Odette"; a French H is taken as mute before é, e, i, o, u (Hélène, Henri, Hugues).
_ELISION = re.compile(r"\b([Dd])e (?=[AEIOUÀÂÄÉÈÊËÎÏÔÖÛÜŒ]|H[eéèiou]|Y[^AEIOUaeiou\s]|une? )")


class UnknownPhrase(KeyError):
    """The catalogue has no phrase of that name."""


class MissingValue(KeyError):
    """A phrase needs a value that it was not given."""


class Recorded(str):
    """A phrase of which the association has its own recording at `address`; as text it stays what it is."""

    __slots__ = ("address",)
    address: str

    @classmethod
    def at(cls, address: str, text: str) -> "Recorded":
        """Return the text with the address of its sound."""
        recorded = cls(text)
        recorded.address = address
        return recorded


def _silent(_name: str) -> str | None:
    return None


@dataclass(frozen=True)
class Wordings:
    """Everything said in one language; `speech` and `voice` are the carrier's names for it.

    `originals` are the phrases as the catalogue has them; `sound` gives the address of a phrase's own
    recording, None where a voice reads the text.
    """

    language: str
    speech: str
    voice: str
    phrases: Mapping[str, str]
    originals: Mapping[str, str]
    sound: Callable[[str], str | None] = _silent

    def phrase(self, name: str, /, **values: object) -> str:
        """The phrase called `section.key` with its values set in; raises UnknownPhrase or MissingValue."""
        try:
            template = self.phrases[name]
        except KeyError:
            raise UnknownPhrase(f"no phrase {name!r} in the catalogue {self.language!r}") from None
        try:
            text = template.format_map(values)
        except KeyError as missing:
            raise MissingValue(f"phrase {name!r} needs a value for {missing}") from None
        said = _ELISION.sub(r"\1'", text) if self.language == "fr" else text
        address = self.sound(name)
        return Recorded.at(address, said) if address else said


def load(folder: Path, language: str) -> Wordings:
    """Read `<folder>/<language>.toml`; raises FileNotFoundError, TOMLDecodeError or KeyError."""
    with (folder / f"{language}.toml").open("rb") as file:
        catalogue = tomllib.load(file)
    speech = catalogue.pop("speech")
    phrases = {
        f"{section}.{key}": text for section, entries in catalogue.items() for key, text in entries.items()
    }
    return Wordings(
        language=language,
        speech=speech["language"],
        voice=speech["voice"],
        phrases=phrases,
        originals=phrases,
    )


def completed(words: Wordings, other: Wordings) -> Wordings:
    """Return a catalogue with the phrases of another one where it has none itself."""
    return replace(
        words,
        phrases={**other.phrases, **words.phrases},
        originals={**other.originals, **words.originals},
    )


def reworded(words: Wordings, own: Mapping[str, str]) -> tuple[Wordings, list[str]]:
    """Return the catalogue with an association's own texts, and a sentence for each that cannot be used.

    A text keeps its name and may hold only the values of the one that it replaces.
    """
    places = {
        name: next((f"{part}.{name}" for part in OWN_TEXTS if f"{part}.{name}" in words.phrases), name)
        for name in own
    }
    return _laid_over(words, own, places, "texts", "aucun SMS ne porte ce nom")


def respoken(words: Wordings, own: Mapping[str, str]) -> tuple[Wordings, list[str]]:
    """Return the catalogue with an association's own phrases, keyed "fr.greeting.wait"; faults as above."""
    prefix = f"{words.language}."
    mine = {name: text for name, text in own.items() if name.startswith(prefix)}
    places = {name: name.removeprefix(prefix) for name in mine}
    return _laid_over(words, mine, places, "prompts", "aucune phrase ne porte ce nom")


def recordable(name: str, text: str) -> bool:
    """Tell whether a recording may take a phrase's place: it is said by itself and the same in every call."""
    section = name.partition(".")[0]
    if section in {"line", *OWN_TEXTS} or name in _PARTS:
        return False
    return (values(text) or set()) <= CONSTANT


def values(template: str) -> set[str] | None:
    """The names between braces; None when they cannot be read, or ask for more than to be set in."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return None
    if any(form or conversion for _text, name, form, conversion in parts if name is not None):
        return None
    return {name for _text, name, _form, _conversion in parts if name is not None}


def _laid_over(
    words: Wordings, own: Mapping[str, str], places: Mapping[str, str], section: str, unknown: str
) -> tuple[Wordings, list[str]]:
    phrases, faults = dict(words.phrases), []
    for name, text in own.items():
        place = places[name]
        if place not in phrases:
            faults.append(f"[{section}] {name} : {unknown}")
        elif (given := values(text)) is None or given - (values(phrases[place]) or set()):
            faults.append(f"[{section}] {name} : les accolades ne sont pas celles du texte d'origine")
        else:
            phrases[place] = text
    return replace(words, phrases=phrases), faults
