"""The sound that a Play names: fetched as the carrier does, and as long as it really is."""

from __future__ import annotations

from urllib.parse import urljoin

from hotline.rehearsal.audio import RATE, WIDTH, samples_of
from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import Fetch, Steps, WebhookRequest
from hotline.rehearsal.verbs.context import Context

OTHER_SOUND_SECONDS = 5.0
UNPLAYABLE = 12300


def seconds(run: CallRun, verb: Verb, context: Context) -> Steps[float]:
    """Return how long a Play lasts: 0 when its sound cannot be had, which the carrier notices."""
    if not verb.text:
        return 0.5 * len(verb.get("digits"))
    url = urljoin(context.url, verb.text.strip())
    effect = Fetch(WebhookRequest(url, "GET"))
    yield effect
    answer = effect.answer
    kind = answer.content_type.split(";")[0] if answer else ""
    if answer is None or answer.error or not kind.startswith("audio/"):
        code = (answer.error if answer else 0) or UNPLAYABLE
        run.exchange.notice(code, "pas de son à cette adresse", url=url, call_sid=run.call.sid)
        return 0.0
    try:
        return len(samples_of(answer.body)) / (RATE * WIDTH)
    except ValueError:
        return OTHER_SOUND_SECONDS
