"""What the platform's words say of a participation or a structure, over all the years of its exports.

"Effectuée" is somebody who has done a mission and may do ours: a coordinator asks them first.
"""

from collections.abc import Mapping

from hotline.models.status import LegalStatus, VolunteerState
from hotline.services.cells import folded

PARTICIPATIONS: Mapping[str, VolunteerState | None] = {
    "en attente": VolunteerState.PENDING,
    "en attente de validation": VolunteerState.PENDING,
    "en cours de traitement": VolunteerState.PENDING,
    "validee": VolunteerState.ACTIVE,
    "mission validee": VolunteerState.ACTIVE,
    "mission en cours": VolunteerState.ACTIVE,
    "mission effectuee": VolunteerState.PENDING,
    "effectuee": VolunteerState.PENDING,
    "mission abandonnee": None,
    "abandonnee": None,
    "mission annulee": None,
    "annulee": None,
    "candidature annulee": None,
    "mission refusee": None,
    "refusee": None,
    "participation declinee": None,
    "mission signalee": None,
    "archivee": None,
}
"""None: no participation any more."""

WAITING_STRUCTURES = frozenset({"en attente de validation", "en cours de traitement"})
CLOSED_STRUCTURES = frozenset({"signalee", "desinscrite"})
DRAFT = "brouillon"

_STATUSES: Mapping[str, LegalStatus] = {
    "association": LegalStatus.ASSOCIATION,
    "collectivite": LegalStatus.LOCAL_AUTHORITY,
    "collectivite territoriale": LegalStatus.LOCAL_AUTHORITY,
    "structure publique": LegalStatus.PUBLIC,
    "organisation publique": LegalStatus.PUBLIC,
    "structure privee": LegalStatus.PRIVATE,
    "organisation privee": LegalStatus.PRIVATE,
}


def legal_status(status: str, public_type: str) -> LegalStatus:
    """Return a structure's legal status; in 2020 local authorities were a type of public structure."""
    if folded(public_type) == "collectivite territoriale":
        return LegalStatus.LOCAL_AUTHORITY
    return _STATUSES.get(folded(status), LegalStatus.OTHER)
