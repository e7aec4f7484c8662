"""One phrase: its words, its recording, its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.lines import RECORDING
from hotline.services import choices
from hotline.services.desk import heard, own_recordings, prompts
from hotline.services.desk.own_recordings import Unplayable
from hotline.services.desk.prompts import Prompt
from hotline.services.desk.rights import Right
from hotline.store import StoreError
from hotline.web.desk import greeting_words as words
from hotline.web.desk.greeting_form import WordsForm
from hotline.web.desk.greetings import row
from hotline.web.desk.room import TOKEN, Visit, done, page, pages, reading, refused, writing
from hotline.web.desk.which_line import asked
from hotline.web.product import product

_RULE = "/greetings/<language>/<name>"
_ENVELOPE = 512 * 1024


@dataclass(frozen=True)
class Shown:
    """What was entered and refused, to be shown again."""

    form: WordsForm
    sound_fault: str = ""


@pages.url_value_preprocessor
def let_sounds_in(endpoint: str | None, _values: Mapping[str, str] | None) -> None:
    """Take a large form where a recording is sent, from somebody who has signed in."""
    if endpoint == "desk.greeting_sound" and TOKEN in session:
        request.max_content_length = own_recordings.LARGEST + _ENVELOPE
        request.max_form_memory_size = _ENVELOPE  # of which the reader of forms holds a piece or two at once


@page(_RULE, Right.GREETINGS)
def greeting(language: str, name: str) -> str:
    """Show one phrase, with what may be changed in it."""
    return reading(lambda visit: _shown(visit, _found(visit, language, name)))


@page(f"{_RULE}/measure", Right.GREETINGS)
def greeting_measure(language: str, name: str) -> str:
    """Show how a text would travel while it is being typed, and what is wrong with it."""

    def measure(visit: Visit) -> str:
        prompt = _found(visit, language, name)
        text = prompts.tidy(request.args.get("text", ""))
        return render_template("desk/greeting_measure.html", **_measured(visit, prompt, text))

    return reading(measure)


@page(f"{_RULE}/text", Right.GREETINGS, methods=("POST",))
def greeting_text(language: str, name: str) -> ResponseReturnValue:
    """Give a phrase other words, or its original ones back."""

    def reword(visit: Visit) -> ResponseReturnValue:
        prompt = _found(visit, language, name)
        form, text = WordsForm(request.form), None
        if "original" not in request.form:
            text = form.take(prompt, _samples(visit, prompt))
            if text is None:
                return _shown(visit, prompt, Shown(form)), 422
        choice = prompts.reword(visit.session, prompt, text, author=visit.author, at=visit.at)
        _follow(visit, "greeting.text", prompt)
        return done(_told(prompt, text), _address(prompt), undo=_undo(prompt, choice.id))

    return writing(reword)


@page(f"{_RULE}/sound", Right.GREETINGS, methods=("POST",))
def greeting_sound(language: str, name: str) -> ResponseReturnValue:
    """Let a recording take the place of a phrase."""
    prompt = reading(lambda visit: _found(visit, language, name))
    if not prompt.recordable:
        abort(404)
    sent = request.files.get("sound")
    try:
        wav = own_recordings.telephone_sound(sent.read() if sent else b"")
        sound = product().sounds.keep(wav)
    except (Unplayable, StoreError) as error:
        fault = str(words.SOUND_FAULTS[error.why]) if isinstance(error, Unplayable) else str(error)
        empty = WordsForm(text=prompt.text)
        return reading(lambda visit: _shown(visit, prompt, Shown(empty, fault))), 422
    sentence = _("C’est noté : votre enregistrement s’entend dès le prochain appel.")
    return _decided(prompt, sound, "greeting.recording", sentence)


@page(f"{_RULE}/voice", Right.GREETINGS, methods=("POST",))
def greeting_voice(language: str, name: str) -> ResponseReturnValue:
    """Let the telephone's voice read the text again."""
    prompt = reading(lambda visit: _found(visit, language, name))
    sentence = _("C’est noté : la voix du téléphone lit de nouveau le texte.")
    return _decided(prompt, None, "greeting.voice", sentence)


@page(f"{_RULE}/restore/<int:choice_id>", Right.GREETINGS, methods=("POST",))
def greeting_restore(language: str, name: str, choice_id: int) -> ResponseReturnValue:
    """Bring an older version back."""

    def restore(visit: Visit) -> ResponseReturnValue:
        prompt = _found(visit, language, name)
        old = prompts.decision(visit.session, prompt, choice_id)
        if old is None:
            abort(404)
        choice = prompts.restore(visit.session, old, author=visit.author, at=visit.at)
        _follow(visit, "greeting.restore", prompt)
        sentence = _("Cette version est rétablie : elle vaut dès maintenant.")
        return done(sentence, _address(prompt), undo=_undo(prompt, choice.id))

    return writing(restore)


@page(f"{_RULE}/undo/<int:choice_id>", Right.GREETINGS, methods=("POST",))
def greeting_undo(language: str, name: str, choice_id: int) -> ResponseReturnValue:
    """Take a change back, unless somebody has changed the same thing since."""

    def undo(visit: Visit) -> ResponseReturnValue:
        prompt = _found(visit, language, name)
        choice = prompts.decision(visit.session, prompt, choice_id)
        if choice is None:
            abort(404)
        if choices.take_back(visit.session, choice, author=visit.author, at=visit.at) is None:
            return refused(
                _("Quelqu’un a changé cette phrase depuis : voyez ses versions."), _address(prompt)
            )
        _follow(visit, "greeting.undo", prompt)
        return done(_("Le changement est annulé."), _address(prompt))

    return writing(undo)


def _decided(prompt: Prompt, sound: str | None, action: str, sentence: str) -> ResponseReturnValue:
    def decide(visit: Visit) -> int:
        choice = prompts.record(visit.session, prompt, sound, author=visit.author, at=visit.at)
        _follow(visit, action, prompt)
        return choice.id

    return done(sentence, _address(prompt), undo=_undo(prompt, writing(decide)))


def _follow(visit: Visit, action: str, prompt: Prompt) -> None:
    """Write down who did it, and let this process speak accordingly from now on."""
    where = f"{visit.line.at(prompt.line).name} " if prompt.line else ""
    visit.note(action, f"prompt:{where}{prompt.language}.{prompt.name}")
    product().line_in(visit.session)


def _shown(visit: Visit, prompt: Prompt, shown: Shown | None = None) -> str:
    title, explanation = words.MOMENTS[prompts.moment_of(prompt.name)]
    form = shown.form if shown else WordsForm(text=prompt.text)
    return render_template(
        "desk/greeting.html",
        row=row(prompt, _samples(visit, prompt)),
        form=form,
        sound_fault=shown.sound_fault if shown else "",
        title=title,
        explanation=explanation,
        original=words.pieces(prompt.original),
        values={name: words.VALUES[name] for name in prompt.values},
        versions=prompts.versions(visit.session, prompt),
        pieces=words.pieces,
        sound_address=lambda name: RECORDING.format(name=name),
        speech=visit.line.at(prompt.line).words_in(prompt.language).speech,
        longest=own_recordings.LONGEST,
        **_measured(visit, prompt, prompts.tidy(form.text.data or "")),
    )


def _measured(visit: Visit, prompt: Prompt, text: str) -> dict[str, object]:
    samples = _samples(visit, prompt)
    found = prompts.problems(prompt, text, samples)
    usable = not any(problem.fault.value in {"empty", "braces", "unknown"} for problem in found)
    segments, sent = prompts.measured(text, samples) if usable else (None, "")
    return {
        "prompt": prompt,
        "segments": segments,
        "sent": sent if prompt.written else text.format_map(samples) if usable else "",
        "faults": [words.sentence(problem) for problem in found],
    }


def _found(visit: Visit, language: str, name: str) -> Prompt:
    prompt = prompts.find(asked(visit).line, language, name)
    if prompt is None:
        abort(404)
    return prompt


def _samples(visit: Visit, prompt: Prompt) -> Mapping[str, str]:
    return heard.samples(visit.line.at(prompt.line), prompt.language, visit.at, written=prompt.written)


def _told(prompt: Prompt, text: str | None) -> str:
    if prompt.written:
        return str(_("C’est noté : le prochain SMS le dira ainsi."))
    if prompt.sound:
        return str(_("Le texte est gardé ; on entend toujours votre enregistrement."))
    if text is None:
        return str(_("Le texte d’origine est de retour dès le prochain appel."))
    return str(_("C’est noté : le prochain appel l’entendra."))


def _address(prompt: Prompt) -> str:
    return url_for("desk.greeting", **_named(prompt))


def _undo(prompt: Prompt, choice_id: int) -> str:
    return url_for("desk.greeting_undo", **_named(prompt), choice_id=choice_id)


def _named(prompt: Prompt) -> dict[str, Any]:
    return {"language": prompt.language, "name": prompt.name, "line": prompt.line}
