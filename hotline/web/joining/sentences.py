"""What the public room answers when something stands against a registration."""

from collections.abc import Mapping
from typing import Final

from hotline.services.joining import Confirmed, Sent

CONFIRMED: Final[Mapping[Confirmed, str]] = {
    Confirmed.WRONG: "Ce n’est pas le code que nous avons envoyé : vérifiez les six chiffres.",
    Confirmed.OVER: "Ce code ne vaut plus rien : demandez-en un autre, juste en dessous.",
}
SENT: Final[Mapping[Sent, str]] = {
    Sent.SENT: "Un nouveau code est en route ; celui d’avant ne vaut plus rien.",
    Sent.TOO_SOON: "Un code vient de partir : attendez une demi-minute avant d’en demander un autre.",
    Sent.TOO_MANY: (
        "Nous n’envoyons que trois codes par jour au même numéro : vérifiez le numéro, revenez demain, "
        "ou appelez la ligne."
    ),
    Sent.FULL: (
        "Beaucoup de personnes s’inscrivent aujourd’hui, et nous n’envoyons plus de code : "
        "revenez demain, s’il vous plaît."
    ),
}
OVER: Final = "Plus d’une heure a passé, et nous avons tout oublié : recommencez, s’il vous plaît."
TOO_QUICK: Final = "C’était très rapide : vérifiez vos réponses, puis envoyez de nouveau."


def later(when: str) -> str:
    """Say from when on somebody may try again."""
    return f"Beaucoup d’inscriptions viennent de votre connexion : réessayez {when}, ou appelez la ligne."
