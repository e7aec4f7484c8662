"""PAUSE and REPRENDRE: away from a day to a day, and back."""

from callflows import pauses, texts, written
from hotline.services import absences
from hotline.services.answers.heard import Heard


def begun(heard: Heard) -> str:
    """Note the absence and say until when; words that say no date come back as a question."""
    today = heard.line.day(heard.said_at)
    pause = pauses.parse(heard.command.rest, today)
    if pause is None:
        heard.tell_coordinators("not_understood")
        return texts.pause_unclear(heard.words, line=heard.line.number, link=heard.link())
    absences.begin(heard.session, heard.line, heard.volunteer, pause.start, pause.until, heard.said_at)
    return texts.paused(
        heard.words,
        start=None if pause.start == today else written.date_of(pause.start, today),
        until=written.date_of(pause.until, today) if pause.until else None,
        line=heard.line.number,
        link=heard.link(),
    )


def ended(heard: Heard) -> str:
    """They are back; where they were not away, texts go on as before."""
    if absences.end(heard.session, heard.line, heard.volunteer, heard.at):
        return texts.resumed(heard.words)
    return texts.restarted(heard.words)
