"""What Flask-Security says, in our words; the second word of each is how the page shows it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_REFUSED = {
    "API_ERROR": _l("Cette demande n’a pas pu être lue : revenez à la page et recommencez."),
    "GENERIC_AUTHN_FAILED": _l("L’adresse ou le mot de passe n’est pas le bon : vérifiez les deux."),
    "DISABLED_ACCOUNT": _l("Ce compte est fermé : demandez un nouveau lien à la coordination."),
    "INVALID_REDIRECT": _l("Cette adresse n’est pas de chez nous : repartez de l’accueil."),
    "INVALID_RECOVERY_CODE": _l("Ce code de secours n’est pas le bon, ou il a déjà servi."),
    "INVALID_PASSWORD": _l("Ce mot de passe n’est pas le bon."),
    "PASSWORD_NOT_PROVIDED": _l("Écrivez un mot de passe."),
    "PASSWORD_IS_THE_SAME": _l("C’est le même mot de passe : choisissez-en un autre."),
    "RETYPE_PASSWORD_MISMATCH": _l("Les deux ne sont pas pareils : écrivez deux fois le même."),
    "TWO_FACTOR_INVALID_TOKEN": _l(
        "Ce code n’est pas le bon, ou il a déjà servi : attendez le suivant dans votre application."
    ),
    "TWO_FACTOR_PERMISSION_DENIED": _l("Commencez par votre adresse et votre mot de passe."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": _l("Choisissez l’une des possibilités."),
    "TWO_FACTOR_SETUP_EXPIRED": _l("Il s’est passé trop de temps : recommencez."),
    "WEBAUTHN_EXPIRED": _l("Il s’est passé trop de temps : recommencez avec votre clé d’accès."),
    "WEBAUTHN_NAME_REQUIRED": _l("Donnez un nom à cette clé d’accès, comme « mon téléphone »."),
    "WEBAUTHN_NAME_INUSE": _l("Une de vos clés d’accès s’appelle déjà ainsi : choisissez un autre nom."),
    "WEBAUTHN_NAME_NOT_FOUND": _l("Cette clé d’accès n’est plus là."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": _l("Choisissez un nom avec des lettres et des chiffres."),
    "INVALID_INPUT": _l("Choisissez un nom avec des lettres et des chiffres."),
    "INVALID_INPUT_LENGTH": _l("Choisissez un nom plus court."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _l(
        "Cette clé d’accès n’est pas connue ici : utilisez-en une autre, ou votre mot de passe."
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": _l("Cette clé d’accès n’est plus à personne."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": _l("Cette clé d’accès est à quelqu’un d’autre."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": _l("Cette clé d’accès est déjà enregistrée."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _l("Cette clé remplace le code : commencez par le mot de passe."),
    "WEBAUTHN_NO_VERIFY": _l("La clé d’accès n’a pas pu être vérifiée : réessayez."),
}
_TOLD = {
    "REAUTHENTICATION_REQUIRED": _l("Avant ce changement, redites votre mot de passe."),
    "UNAUTHENTICATED": _l("Connectez-vous d’abord."),
    "ANONYMOUS_USER_REQUIRED": _l("Vous êtes déjà connecté·e."),
}
_DONE = {
    "REAUTHENTICATION_SUCCESSFUL": _l("Merci, c’est bien vous."),
    "PASSWORD_CHANGE": _l("Mot de passe changé. Vos autres navigateurs sont déconnectés."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": _l("Vous êtes connecté·e."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": _l("Le nouveau code à usage unique est en place."),
    "WEBAUTHN_CREDENTIAL_DELETED": _l("Clé d’accès retirée."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": _l("Clé d’accès ajoutée : elle suffit désormais pour entrer."),
}


def settings() -> dict[str, tuple[LazyString, str]]:
    """Return the messages as the library's settings."""
    kinds = ((_REFUSED, "refused"), (_TOLD, "info"), (_DONE, "done"))
    return {f"SECURITY_MSG_{key}": (text, kind) for texts, kind in kinds for key, text in texts.items()}
