"""Sentences about needs: where they stand, what was done, how a partner is told."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.models import Caller, ReferralStep
from hotline.models.status import ReferralChannel, ReferralState, ReferralStepKind
from hotline.services.referrals import guidance, telling
from hotline.services.referrals.guidance import Leaflet
from hotline.web.desk.room import Visit

TITLES: Final[Mapping[ReferralState, LazyString]] = {
    ReferralState.TO_SEND: _l("À transmettre"),
    ReferralState.SENT: _l("Sans réponse encore"),
    ReferralState.REFUSED: _l("Refusés"),
    ReferralState.TAKEN: _l("Pris en charge"),
    ReferralState.CLOSED: _l("Clos"),
}
CHANNELS: Final[Mapping[ReferralChannel, LazyString]] = {
    ReferralChannel.CALL: _l("par téléphone"),
    ReferralChannel.TEXT: _l("par SMS"),
    ReferralChannel.MAIL: _l("par courriel"),
    ReferralChannel.SHEET: _l("sur une fiche imprimée"),
}
SEND: Final[Mapping[ReferralChannel, LazyString]] = {
    ReferralChannel.CALL: _l("C’est dit au téléphone"),
    ReferralChannel.TEXT: _l("Envoyer le SMS"),
    ReferralChannel.MAIL: _l("Envoyer le courriel"),
    ReferralChannel.SHEET: _l("La fiche est remise"),
}
LEAFLETS: Final[Mapping[Leaflet, LazyString]] = {
    Leaflet.INSTRUCTIONS: _l("Envoyer les consignes sanitaires"),
    Leaflet.KIT: _l("Envoyer le kit « Voisins solidaires »"),
}
_STEPS: Final[Mapping[ReferralStepKind, LazyString]] = {
    ReferralStepKind.OPENED: _l("Besoin noté"),
    ReferralStepKind.CHOSEN: _l("Partenaire choisi : %(partner)s"),
    ReferralStepKind.CONSENT: _l("Accord de la personne noté"),
    ReferralStepKind.SENT: _l("Transmis à %(partner)s %(channel)s"),
    ReferralStepKind.REMINDED: _l("%(partner)s relancé %(channel)s"),
    ReferralStepKind.COORDINATORS_TOLD: _l("Équipe alertée : toujours sans suite"),
    ReferralStepKind.TAKEN: _l("%(partner)s s’en occupe"),
    ReferralStepKind.REFUSED: _l("%(partner)s ne peut pas"),
    ReferralStepKind.CLOSED: _l("Besoin clos"),
    ReferralStepKind.REOPENED: _l("Besoin rouvert"),
}
_TOLD: Final[Mapping[str, LazyString]] = {
    telling.TEXT: _l("La personne l’apprend par SMS"),
    telling.MAIL: _l("La personne l’apprend par courriel"),
    telling.VOICE: _l("C’est dit à la personne"),
}
_BY_CHANNEL: Final = frozenset({ReferralStepKind.SENT, ReferralStepKind.REMINDED})
_QUOTED: Final = frozenset({ReferralStepKind.TAKEN, ReferralStepKind.REFUSED, ReferralStepKind.CLOSED})


def told(step: ReferralStep, partner: str | None) -> str:
    """Tell a step in the life of a need."""
    kind, detail = step.kind, step.detail or ""
    if kind is ReferralStepKind.CALLER_TOLD:
        return str(_TOLD[detail])
    channel = str(CHANNELS[ReferralChannel(detail)]) if kind in _BY_CHANNEL else ""
    said = str(_STEPS[kind]) % {"partner": partner or _("un partenaire"), "channel": channel}
    return said[:1].upper() + said[1:]


def quoted(step: ReferralStep) -> str:
    """Return the words that belong to a step, empty where there are none."""
    return step.detail or "" if step.kind in _QUOTED else ""


def leaflets(visit: Visit, caller: Caller) -> dict[str, object]:
    """Return what can be sent to somebody at once, and the ways there are to."""
    return {
        "offered": guidance.offered(visit.line),
        "ways": guidance.ways(visit.line, caller),
        "words": LEAFLETS,
    }
