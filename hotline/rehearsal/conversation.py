"""Runs documents on a leg one after the other, with the fallback when one fails (carrier reference §4)."""

from __future__ import annotations

from datetime import timedelta

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import NOT_IN_GRAMMAR, Document, UnreadableError, parse, read
from hotline.rehearsal.params import Pairs
from hotline.rehearsal.signals import CallMovedError, Source, Steps
from hotline.rehearsal.verbs import dial, flow, gather, queue, record, speech
from hotline.rehearsal.verbs.context import Context, Outcome, VerbScript

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
MOST_DOCUMENTS_AT_ONCE = 50
AT_ONCE = timedelta(seconds=5)
VERBS: dict[str, VerbScript] = {
    "Say": speech.say,
    "Play": speech.play,
    "Pause": speech.pause,
    "Gather": gather.gather,
    "Record": record.record,
    "Dial": dial.dial,
    "Enqueue": queue.enqueue,
    "Leave": queue.leave,
    "Redirect": flow.redirect,
    "Hangup": flow.hang_up,
    "Reject": flow.reject,
}


def converse(run: CallRun, source: Source) -> Steps[bool]:
    """Run documents from `source` on: True when the last one ran out, False when the call is to end.

    Raises CallOverError when the call ended meanwhile.
    """
    began, documents = run.exchange.now(), 0
    while True:
        documents += 1
        if run.exchange.now() - began > AT_ONCE:
            began, documents = run.exchange.now(), 1
        try:
            document = yield from _load(run, source)
            if document is None or documents > MOST_DOCUMENTS_AT_ONCE:
                yield from _apologise(run)
                return False
            outcome = yield from _execute(run, document)
        except CallMovedError as moved:
            source = moved.source
            continue
        if not isinstance(outcome, Source):
            return outcome is None
        source = outcome


def _load(run: CallRun, source: Source) -> Steps[Document | None]:
    """Fetch and read a document; after a failure the call's fallback, and None when that fails too."""
    try:
        return (yield from _read(run, source))
    except UnreadableError as fault:
        fallback, parameters = run.call.fallback, (("ErrorCode", str(fault.code)), ("ErrorUrl", source.url))
    if not fallback.url or run.call.over:
        return None
    try:
        return (yield from _read(run, Source(fallback.url, fallback.method), parameters))
    except UnreadableError:
        return None


def _read(run: CallRun, source: Source, extra: Pairs = ()) -> Steps[Document]:
    try:
        if source.twiml:
            document = parse(source.twiml.encode(), "")
        else:
            document = read((yield from run.ask(source, extra)))
    except UnreadableError as fault:
        run.exchange.notice(fault.code, fault.says, url=source.url, call_sid=run.call.sid)
        raise
    for says in document.faults:
        run.exchange.notice(NOT_IN_GRAMMAR, says, url=source.url, call_sid=run.call.sid)
    return document


def _execute(run: CallRun, document: Document) -> Steps[Outcome]:
    for position, verb in enumerate(document.verbs):
        run.check()
        script = VERBS.get(verb.name)
        if script is None:
            run.exchange.notice(
                NOT_IN_GRAMMAR, f"<{verb.name}> n'est pas répété ici", url=document.url, call_sid=run.call.sid
            )
            continue
        outcome = yield from script(run, verb, Context(document.url, converse, first=position == 0))
        if outcome is not None:
            return outcome
    run.check()
    return None


def _apologise(run: CallRun) -> Steps[None]:
    run.pick_up()
    if run.phone is not None and not run.call.over:
        run.phone.hear(APOLOGY, "man", "en-US")
        yield from run.rest(4.0)
