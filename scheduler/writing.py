"""Puts messages into words, one at a time and in a process of its own; no call ever waits for it."""

import structlog

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from hotline.services import transcripts
from hotline.services.transcripts import ToHear
from hotline.store import NotStored, StoreError
from hotline.transcription import Recogniser, RecogniserStopped, Unavailable, open_recogniser

log = structlog.get_logger()


def write_down(hotline: Hotline) -> str:
    """Put the message that has waited longest into words, where that is possible."""
    try:
        recogniser = open_recogniser(hotline.settings.environment.transcription_model)
    except Unavailable as error:
        log.debug("transcription_unavailable", says=str(error))
        return ""
    return write_next(hotline, recogniser)


def write_next(hotline: Hotline, recogniser: Recogniser) -> str:
    """Put the message that has waited longest into words."""
    with hotline.database.read() as session:
        to_hear = transcripts.next_waiting(session, hotline.clock.now())
    if to_hear is None:
        return ""
    try:
        sound = hotline.store.get(to_hear.recording_sid)
        words = recogniser.hear(sound, to_hear.language)
    except RecogniserStopped:
        return ""
    except HotlineError as error:
        _not_written(hotline, to_hear, error)
        return ""
    kept = hotline.database.run(lambda session: transcripts.heard(session, to_hear.voicemail_id, words))
    return "1 message vocal mis par écrit" if kept else ""


def try_again(hotline: Hotline) -> None:
    """Let a clock that starts try once more what had failed."""
    hotline.database.run(lambda session: transcripts.retry(session, hotline.clock.now()))


def _not_written(hotline: Hotline, to_hear: ToHear, error: HotlineError) -> None:
    """A store that is away comes back; whatever else is wrong is left alone until the clock starts again."""
    log.warning("not_transcribed", voicemail=to_hear.voicemail_id, says=str(error))
    if isinstance(error, StoreError) and not isinstance(error, NotStored):
        return
    hotline.database.run(lambda session: transcripts.failed(session, to_hear.voicemail_id))
