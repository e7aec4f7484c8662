"""What people of the country say and write: a few thousand sentences, so that words can be looked for."""

from itertools import product
from typing import Final

_WHO: Final = ("Je", "Ma voisine", "Mon fils", "L'infirmière", "Ma fille", "Le facteur", "Mon mari", "On")
_WHAT: Final = (
    *("appelle pour le jardin", "ne dort pas bien", "voudrait parler un peu", "a perdu ses lunettes"),
    *("attend le médecin", "passe demain matin", "ne répond pas", "a fait des confitures"),
    *("cherche de la compagnie", "ira au marché", "parle de Marseille", "a reçu une lettre"),
)
_WHEN: Final = (
    "ce soir.",
    "depuis mardi.",
    "avant Noël.",
    "merci beaucoup.",
    "rappelez-moi.",
    "cette semaine.",
)

SENTENCES: Final = tuple(" ".join(parts) for parts in product(_WHO, _WHAT, _WHEN))
