"""Redirect, Hangup and Reject: where a call goes instead."""

from __future__ import annotations

from urllib.parse import urljoin

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import Source, Steps
from hotline.rehearsal.verbs.context import END, Context, Outcome


def redirect(_run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Go on with another document; nothing after this verb is looked at."""
    yield from ()
    return Source(urljoin(context.url, verb.text), verb.get("method", "POST").upper())


def hang_up(run: CallRun, _verb: Verb, _context: Context) -> Steps[Outcome]:
    """Pick up, which is billed, then end the call."""
    yield from ()
    run.pick_up()
    return END


def reject(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """End a call that was not picked up: busy, or as if nobody had answered."""
    yield from ()
    if context.first and run.call.answered is None:
        run.finish("busy" if verb.get("reason") == "busy" else "no-answer")
    return END
