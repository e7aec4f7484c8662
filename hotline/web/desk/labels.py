"""The word and the colour of every state that the desk shows."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.models import status as s

_PAIRS: tuple[tuple[StrEnum, LazyString], ...] = (
    (s.CallerState.ACTIVE, _l("joignable")),
    (s.CallerState.UNREACHABLE, _l("numéro masqué")),
    (s.CallerState.MERGED, _l("fiche réunie à une autre")),
    (s.VolunteerState.PENDING, _l("à accueillir")),
    (s.VolunteerState.ACTIVE, _l("dans l’équipe")),
    (s.VolunteerState.PAUSED, _l("en pause")),
    (s.VolunteerState.LEFT, _l("a quitté l’équipe")),
    (s.ContactKind.CALL, _l("appel")),
    (s.ContactKind.MESSAGE, _l("SMS")),
    (s.ContactKind.HANDSET_CALL, _l("appel sur le portable")),
    (s.ContactKind.HANDSET_MESSAGE, _l("SMS sur le portable")),
    (s.ContactKind.VISIT, _l("visite")),
    (s.ContactKind.LETTER, _l("lettre")),
    (s.ContactKind.MAIL, _l("courriel")),
    (s.Channel.PHONE, _l("au téléphone")),
    (s.Channel.VISIO, _l("en visio")),
    (s.Channel.MAIL, _l("par courriel")),
    (s.CallOutcome.IN_PROGRESS, _l("en cours")),
    (s.CallOutcome.ANSWERED, _l("répondu")),
    (s.CallOutcome.VOICEMAIL, _l("message vocal")),
    (s.CallOutcome.HUNG_UP, _l("appel sans message")),
    (s.CallOutcome.REFUSED, _l("refusé")),
    (s.CallOutcome.BRIDGED, _l("mis en relation")),
    (s.CallOutcome.FAILED, _l("échoué")),
    (s.VoicemailState.EXPECTED, _l("son attendu")),
    (s.VoicemailState.FETCHING, _l("son en route")),
    (s.VoicemailState.STORED, _l("à écouter")),
    (s.VoicemailState.LOST, _l("son perdu")),
    (s.RequestKind.UNKNOWN, _l("à préciser")),
    (s.RequestKind.ONE_OFF, _l("ponctuelle")),
    (s.RequestKind.RECURRING, _l("régulière")),
    (s.Need.LIEN, _l("maintenir un lien")),
    (s.Need.AIDE_ALIMENTAIRE, _l("aide alimentaire")),
    (s.Need.GARDE_ENFANTS, _l("garde d’enfants")),
    (s.Need.SOLIDARITE_PROXIMITE, _l("courses de proximité")),
    (s.Need.AUTRE, _l("autre besoin")),
    (s.RequestState.WAITING, _l("en attente")),
    (s.RequestState.OFFERED, _l("proposée")),
    (s.RequestState.ASSIGNED, _l("confiée")),
    (s.RequestState.REFERRED, _l("orientée")),
    (s.RequestState.CLOSED, _l("close")),
    (s.RequestState.NEEDS_NUMBER, _l("numéro à trouver")),
    (s.ReferralState.TO_SEND, _l("à transmettre")),
    (s.ReferralState.SENT, _l("transmis, sans réponse")),
    (s.ReferralState.TAKEN, _l("pris en charge")),
    (s.ReferralState.REFUSED, _l("refusé")),
    (s.ReferralState.CLOSED, _l("clos")),
    (s.LegalStatus.ASSOCIATION, _l("association")),
    (s.LegalStatus.LOCAL_AUTHORITY, _l("collectivité")),
    (s.LegalStatus.PUBLIC, _l("structure publique")),
    (s.LegalStatus.PRIVATE, _l("structure privée")),
    (s.LegalStatus.OTHER, _l("autre")),
    (s.AssignmentState.OFFERED, _l("proposée")),
    (s.AssignmentState.ACTIVE, _l("en cours")),
    (s.AssignmentState.DECLINED, _l("déclinée")),
    (s.AssignmentState.EXPIRED, _l("sans réponse")),
    (s.AssignmentState.PAUSED, _l("en pause")),
    (s.AssignmentState.ENDED, _l("terminée")),
    (s.CallbackState.PLANNED, _l("prévu")),
    (s.CallbackState.MADE, _l("fait")),
    (s.CallbackState.NO_ANSWER, _l("pas de réponse")),
    (s.CallbackState.MISSED, _l("oublié")),
    (s.CallbackState.CANCELLED, _l("annulé")),
    (s.CallbackOutcome.REACHED, _l("personne jointe")),
    (s.CallbackOutcome.NO_ANSWER, _l("pas de réponse")),
    (s.CallbackOutcome.BUSY, _l("occupé")),
    (s.CallbackOutcome.ANSWERING_MACHINE, _l("répondeur")),
    (s.CallbackOutcome.ALERT, _l("alerte")),
    (s.HolidayPolicy.KEEP, _l("appeler aussi les jours fériés")),
    (s.HolidayPolicy.SKIP, _l("sauter les jours fériés")),
    (s.HolidayPolicy.MOVE, _l("déplacer au lendemain d’un jour férié")),
    (s.Preference.STEADY, _l("toujours la même voix")),
    (s.Preference.ROTATION, _l("des voix différentes")),
    (s.Mood.GOOD, _l("va bien")),
    (s.Mood.FAIR, _l("va moyennement")),
    (s.Mood.BAD, _l("va mal")),
    (s.OutboxState.QUEUED, _l("à envoyer")),
    (s.OutboxState.SENDING, _l("en cours d’envoi")),
    (s.OutboxState.SENT, _l("envoyé")),
    (s.OutboxState.DELIVERED, _l("reçu")),
    (s.OutboxState.FAILED, _l("non envoyé")),
    (s.OutboxState.DOUBTFUL, _l("à vérifier")),
    (s.Role.COORDINATOR, _l("coordination")),
    (s.Role.LISTENER, _l("écoute")),
    (s.Role.STATISTICS, _l("statistiques seules")),
    (s.Role.TECHNICAL, _l("technique")),
)
_WORDS = {(type(state), state.value): word for state, word in _PAIRS}

_GOOD = frozenset(
    {"active", "answered", "bridged", "assigned", "made", "reached", "delivered", "done", "taken"}
)
_WAITS = frozenset(
    {"waiting", "offered", "pending", "paused", "planned", "queued", "sending", "expected", "to_send"}
)
_BAD = frozenset({"lost", "failed", "missed", "alert", "needs_number", "doubtful", "expired"})


def label(state: StrEnum) -> LazyString:
    """Return the word for a state."""
    return _WORDS[type(state), state.value]


def begun(word: LazyString) -> str:
    """Return a word as a sentence begins with it."""
    return str(word)[:1].upper() + str(word)[1:]


def tone(state: StrEnum) -> str:
    """Return the colour of a state, which never stands without its word: good, waits, bad or plain."""
    word = state.value
    if word in _GOOD:
        return "good"
    if word in _BAD:
        return "bad"
    return "waits" if word in _WAITS else "plain"
