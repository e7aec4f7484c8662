"""Greetings and texts: everything that people hear and read, as they live through it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import LazyString

from hotline.lines import RECORDING
from hotline.services.desk import heard, prompts
from hotline.services.desk.prompts import Moment, Prompt
from hotline.services.desk.rights import Right
from hotline.web.desk import greeting_words as words
from hotline.web.desk.greeting_words import Piece
from hotline.web.desk.room import Visit, page, pages, reading
from hotline.web.desk.spans import language_name
from hotline.web.desk.which_line import asked
from hotline.web.product import product


@dataclass(frozen=True)
class Row:
    """One phrase in the list."""

    prompt: Prompt
    pieces: list[Piece]
    example: str
    sound: str | None
    missing: bool


@page("/greetings", Right.GREETINGS)
def greetings() -> str:
    """Show every phrase of a language, and what a caller hears at this moment."""

    def see(visit: Visit) -> str:
        wished = request.args.get("language", visit.line.language)
        return _everything(visit, visit.line.words_in(wished).language)

    return reading(lambda visit: see(asked(visit)))


def row(prompt: Prompt, samples: Mapping[str, str]) -> Row:
    """Return a phrase with an example, and the address of its recording if that can be played."""
    at_hand = prompt.sound is not None and product().sounds.at_hand(prompt.sound)
    return Row(
        prompt,
        words.pieces(prompt.text),
        prompt.text.format_map(samples),
        RECORDING.format(name=prompt.sound) if at_hand else None,
        missing=prompt.sound is not None and not at_hand,
    )


def _everything(visit: Visit, language: str) -> str:
    line = visit.line
    samples = {written: heard.samples(line, language, visit.at, written=written) for written in (True, False)}
    groups = [
        _group(moment, [row(prompt, samples[prompt.written]) for prompt in found])
        for moment, found in prompts.by_moment(line, language).items()
    ]
    return render_template(
        "desk/greetings.html",
        language_heard=language,
        here=line,
        languages_heard={
            code: words.LANGUAGES.get(code) or language_name(code)
            for code in (line.words.language, *line.other_words)
        },
        speech=line.words_in(language).speech,
        scenes=heard.scenes(visit.session, line, language, visit.at),
        ways=words.WAYS,
        afterwards=words.AFTERWARDS,
        groups=groups,
    )


def _group(moment: Moment, rows: list[Row]) -> tuple[LazyString, LazyString, list[Row], bool]:
    """Return a moment's words and phrases; callers' own moments and what was changed are seen at once."""
    changed = any(row.prompt.sound or row.prompt.text != row.prompt.original for row in rows)
    return *words.MOMENTS[moment], rows, changed or moment in {Moment.WELCOME, Moment.VOICEMAIL}


@pages.app_template_filter("own_address")
def own_address(address: str) -> str:
    """Turn the address that the carrier is given into one of this page's own origin."""
    return address.removeprefix(product().settings.public_url)
