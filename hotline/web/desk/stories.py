"""The life of an assignment, one sentence a step."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.models import Step
from hotline.models.status import StepKind
from hotline.services import steps
from hotline.services.line import Line
from hotline.web.desk import words
from hotline.web.desk.reasons import reason

_BY_HAND: Mapping[StepKind, LazyString] = {
    StepKind.CREATED: _l("%(actor)s a confié cette personne."),
    StepKind.ACCEPTED: _l("%(actor)s a dit oui."),
    StepKind.CADENCE: _l("%(actor)s a changé le rythme : %(detail)s."),
    StepKind.PAUSED: _l("%(actor)s a mis les appels en pause."),
    StepKind.RESUMED: _l("%(actor)s a repris les appels."),
    StepKind.ENDED: _l("%(actor)s a terminé : %(reason)s."),
    StepKind.MOVED: _l("%(actor)s a déplacé l’appel prévu %(before)s."),
    StepKind.SKIPPED: _l("%(actor)s a sauté l’appel prévu %(due)s."),
    StepKind.HANDED_OVER: _l("%(actor)s a rendu cette personne : quelqu’un d’autre est cherché."),
    StepKind.ALERT: _l("%(actor)s a signalé un appel difficile : « %(detail)s »"),
    StepKind.WRITTEN: _l("%(actor)s a écrit à la personne."),
}
_BY_CLOCK: Mapping[StepKind, LazyString] = {
    StepKind.CREATED: _l("Le tour d’attribution a proposé cette personne."),
    StepKind.ACCEPTED: _l("La proposition est acceptée."),
    StepKind.CADENCE: _l("Le rythme a changé : %(detail)s."),
    StepKind.PAUSED: _l("Les appels sont en pause."),
    StepKind.RESUMED: _l("La pause est finie : les appels reprennent."),
    StepKind.ENDED: _l("Terminée : %(reason)s."),
    StepKind.MOVED: _l("L’appel prévu %(before)s est déplacé."),
    StepKind.SKIPPED: _l("L’appel prévu %(due)s est sauté."),
    StepKind.REMINDED: _l("Un rappel est parti au bénévole pour l’appel prévu %(due)s."),
    StepKind.MISSED: _l("L’appel prévu %(due)s n’a pas été fait."),
    StepKind.HANDED_OVER: _l("Rendue faute d’appel : quelqu’un d’autre est cherché."),
    StepKind.COVERED: _l("Quelqu’un d’autre fait l’appel prévu %(due)s."),
    StepKind.CALLER_SILENT: _l("La personne ne répond pas depuis plusieurs essais."),
    StepKind.CONTACT_TOLD: _l("La personne de confiance est prévenue."),
    StepKind.COORDINATORS_TOLD: _l("La coordination est prévenue."),
    StepKind.REPORT_ASKED: _l("Un compte rendu est demandé au bénévole."),
    StepKind.ALERT: _l("Un appel difficile est signalé : « %(detail)s »"),
    StepKind.WRITTEN: _l("Un courriel est parti à la personne."),
}


def told(line: Line, step: Step, dates: Mapping[int, datetime], at: datetime) -> str:
    """Tell a step in a sentence; `dates` are when the calls of the steps are due."""
    by_hand = step.actor != steps.CLOCK and step.kind in _BY_HAND
    sentence = (_BY_HAND if by_hand else _BY_CLOCK)[step.kind]
    due = dates.get(step.callback_id or 0)
    before = datetime.fromisoformat(step.detail) if step.kind is StepKind.MOVED and step.detail else None
    return str(sentence) % {
        "actor": step.actor,
        "detail": step.detail or "",
        "reason": reason(step.detail),
        "due": words.when(line.local(due), line.local(at)) if due else "",
        "before": words.when(line.local(before), line.local(at)) if before else "",
    }
