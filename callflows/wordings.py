"""The catalogue of phrases of one language, read from `config/prompts/<language>.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

OWN_TEXTS = ("texts", "ladder")

# "de Odette" is said "d'Odette"; a French H is taken as mute before é, e, i, o, u (Hélène, Henri, Hugues).
_ELISION = re.compile(r"\b([Dd])e (?=[AEIOUÀÂÄÉÈÊËÎÏÔÖÛÜŒ]|H[eéèiou]|Y[^AEIOUaeiou\s]|une? )")


class UnknownPhrase(KeyError):
    """The catalogue has no phrase of that name."""


class MissingValue(KeyError):
    """A phrase needs a value that it was not given."""


@dataclass(frozen=True)
class Wordings:
    """Everything said in one language; `speech` and `voice` are the carrier's names for it."""

    language: str
    speech: str
    voice: str
    phrases: Mapping[str, str]

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
        return _ELISION.sub(r"\1'", text) if self.language == "fr" else text


def load(folder: Path, language: str) -> Wordings:
    """Read `<folder>/<language>.toml`; raises FileNotFoundError, TOMLDecodeError or KeyError."""
    with (folder / f"{language}.toml").open("rb") as file:
        catalogue = tomllib.load(file)
    speech = catalogue.pop("speech")
    phrases = {
        f"{section}.{key}": text for section, entries in catalogue.items() for key, text in entries.items()
    }
    return Wordings(language=language, speech=speech["language"], voice=speech["voice"], phrases=phrases)


def reworded(words: Wordings, own: Mapping[str, str]) -> tuple[Wordings, list[str]]:
    """Return the catalogue with an association's own texts, and a sentence for each that cannot be used.

    A text keeps its name and may hold only the values of the one that it replaces.
    """
    phrases, faults = dict(words.phrases), []
    for name, text in own.items():
        place = next((f"{part}.{name}" for part in OWN_TEXTS if f"{part}.{name}" in phrases), None)
        if place is None:
            faults.append(f"[texts] {name} : aucun SMS ne porte ce nom")
        elif not (given := _values(text)) or given - (_values(phrases[place]) or set()) - {""}:
            faults.append(f"[texts] {name} : les accolades ne sont pas celles du texte d'origine")
        else:
            phrases[place] = text
    return replace(words, phrases=phrases), faults


def _values(template: str) -> set[str] | None:
    """The names between braces, with an empty one for the text itself; None when they cannot be read."""
    try:
        return {""} | {
            name for _text, name, _format, _conversion in Formatter().parse(template) if name is not None
        }
    except ValueError:
        return None
