"""What the audit log's codes mean, in a sentence, and where its subjects are shown."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.services.desk.rights import Right
from hotline.web.desk.room import allowed

ACTIONS: Mapping[str, LazyString] = {
    "sign_in": _l("est entré au bureau"),
    "sign_in.failed": _l("n’a pas réussi à entrer"),
    "sign_out": _l("est sorti du bureau"),
    "sign_out.browser": _l("a déconnecté un de ses navigateurs"),
    "sign_out.everywhere": _l("s’est déconnecté partout"),
    "password.choose": _l("a choisi son mot de passe"),
    "password.change": _l("a changé son mot de passe"),
    "one_time_code.change": _l("a changé de téléphone pour les codes"),
    "passkey.add": _l("a ajouté une clé d’accès"),
    "passkey.remove": _l("a enlevé une clé d’accès"),
    "recovery_codes.make": _l("a demandé de nouveaux codes de secours"),
    "recovery_codes.use": _l("est entré avec un code de secours"),
    "coordinator.add": _l("a invité quelqu’un au bureau"),
    "coordinator.reset": _l("a donné un nouveau lien d’entrée"),
    "coordinator.remove": _l("a fermé le compte de quelqu’un"),
    "coordinator.role.coordinator": _l("a donné le rôle de coordination"),
    "coordinator.role.listener": _l("a donné le rôle d’écoute"),
    "coordinator.role.statistics": _l("a donné le rôle « statistiques seules »"),
    "coordinator.role.technical": _l("a donné le rôle technique"),
    "voicemail.heard": _l("a écouté un message vocal"),
    "voicemail.claimed": _l("s’est chargé d’un message vocal"),
    "voicemail.released": _l("a rendu un message vocal à l’équipe"),
    "voicemail.handled": _l("a classé un message vocal"),
    "voicemail.reopened": _l("a repris un message vocal classé"),
    "voicemail.put_off": _l("a remis un message vocal à plus tard"),
    "voicemail.woken": _l("a repris un message remis à plus tard"),
    "voicemail.transcript_edited": _l("a corrigé la transcription d’un message"),
    "alert.closed": _l("a fermé une alerte"),
    "alert.reopened": _l("a rouvert une alerte"),
    "phone.revealed": _l("a affiché un numéro"),
    "phone.added": _l("a ajouté un numéro à une fiche"),
    "phone.removed": _l("a enlevé un numéro d’une fiche"),
    "caller.seen": _l("a ouvert la fiche d’une personne"),
    "caller.show": _l("a consulté une fiche par la ligne de commande"),
    "caller.set": _l("a modifié la fiche d’une personne"),
    "caller.made": _l("a créé une fiche"),
    "caller.merged": _l("a réuni deux fiches"),
    "caller.parted": _l("a séparé deux fiches réunies"),
    "boundary.set": _l("a mis les appels d’une personne à distance"),
    "boundary.lifted": _l("a levé une mise à distance"),
    "note.written": _l("a écrit une note"),
    "note.removed": _l("a enlevé une note"),
    "note.restored": _l("a remis une note"),
    "contact.noted": _l("a noté un contact à la main"),
    "contact.removed": _l("a enlevé un contact noté à la main"),
    "request.opened": _l("a ouvert une demande"),
    "request.withdrawn": _l("a retiré une demande"),
    "request.close": _l("a clos une demande"),
    "request.reopen": _l("a rouvert une demande"),
    "request.priority": _l("a changé la priorité d’une demande"),
    "request.sort": _l("a précisé une demande"),
    "request.offer": _l("a fait proposer une demande de nouveau"),
    "request.take_back": _l("a retiré une proposition"),
    "request.give": _l("a confié une demande à la main"),
    "requests.undo": _l("a annulé ce qu’il venait de faire sur des demandes"),
    "assignment.cadence": _l("a changé le rythme d’un suivi"),
    "assignment.cover": _l("a fait remplacer un bénévole pour un appel"),
    "assignment.end": _l("a terminé un suivi"),
    "assignment.hand_over": _l("a confié un suivi à quelqu’un d’autre"),
    "assignment.move": _l("a déplacé un appel"),
    "assignment.pause": _l("a mis un suivi en pause"),
    "assignment.resume": _l("a repris un suivi"),
    "assignment.skip": _l("a sauté un appel"),
    "assignment.told": _l("a noté le compte rendu d’un bénévole"),
    "assignment.undo": _l("a annulé un geste sur un suivi"),
    "volunteer.activate": _l("a accueilli un bénévole"),
    "volunteer.add": _l("a ajouté un bénévole"),
    "volunteer.change": _l("a modifié la fiche d’un bénévole"),
    "volunteer.away": _l("a noté l’absence d’un bénévole"),
    "volunteer.back": _l("a noté le retour d’un bénévole"),
    "volunteer.leave": _l("a noté le départ d’un bénévole"),
    "volunteer.rejoin": _l("a annulé le départ d’un bénévole"),
    "volunteer.pin": _l("a envoyé un nouveau code et un lien à un bénévole"),
    "volunteer.links_revoked": _l("a coupé les liens d’un bénévole"),
    "volunteer.note": _l("a écrit une note sur un bénévole"),
    "volunteer.note_removed": _l("a enlevé une note sur un bénévole"),
    "volunteer.import": _l("a importé des bénévoles par la ligne de commande"),
    "volunteers.import": _l("a importé des bénévoles"),
    "volunteers.message": _l("a écrit aux bénévoles"),
    "volunteers.message_undo": _l("a retiré un SMS avant son départ"),
    "shift.add": _l("a ajouté une permanence"),
    "shift.change": _l("a modifié une permanence"),
    "shift.remove": _l("a enlevé une permanence"),
    "shift.undo": _l("a remis une permanence"),
    "roster.export": _l("a exporté le planning"),
    "hours.decide": _l("a changé les horaires ou les règles de la ligne"),
    "hours.undo": _l("est revenu aux horaires ou règles d’avant"),
    "greeting.text": _l("a changé un texte"),
    "greeting.recording": _l("a donné sa propre voix à une annonce"),
    "greeting.voice": _l("a rendu une annonce à la voix de la ligne"),
    "greeting.restore": _l("a repris une version plus ancienne"),
    "greeting.undo": _l("a annulé un changement de texte ou d’annonce"),
    "audit.export": _l("a exporté le journal"),
    "export": _l("a exporté des données"),
    "keys.confirm": _l("a confirmé qu’une copie des clés existe ailleurs"),
}

_SHOWN_AT: Mapping[str, tuple[Right, str, str]] = {
    "caller": (Right.PEOPLE, "desk.person", "caller_id"),
    "voicemail": (Right.VOICEMAILS, "desk.voicemail", "voicemail_id"),
    "request": (Right.REQUESTS, "desk.request_page", "request_id"),
    "assignment": (Right.REQUESTS, "desk.assignment", "assignment_id"),
    "volunteer": (Right.VOLUNTEERS, "desk.volunteer", "volunteer_id"),
}


def sentence(action: str) -> str:
    """Return what an action means; its code where it has no words."""
    return str(ACTIONS.get(action, action))


def subject(named: str) -> str:
    """Return the address where a subject like "caller:12" is shown, empty where it is not."""
    kind, _colon, number = named.partition(" ")[0].partition(":")
    if kind not in _SHOWN_AT or not number.isdigit():
        return ""
    right, endpoint, parameter = _SHOWN_AT[kind]
    address: dict[str, Any] = {parameter: int(number)}
    return url_for(endpoint, **address) if allowed(right) else ""
