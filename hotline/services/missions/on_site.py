"""The three priority missions on the spot, under the very names that the platform gave them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hotline.models.status import Need

RULE: Final = (
    "J'ai entre 18 et 69 ans et je suis en bonne santé. L'association me dit où aller, m'explique les gestes "
    "à respecter, et reste joignable."
)


@dataclass(frozen=True)
class Errand:
    """What volunteers do for one kind of need."""

    client_id: str
    title: str
    description: str
    schedule: str
    audience: tuple[str, ...]
    activity: str


ERRANDS: Final[Mapping[Need, Errand]] = MappingProxyType(
    {
        Need.AIDE_ALIMENTAIRE: Errand(
            "on-se-parle-aide-alimentaire",
            "Je distribue des produits de première nécessité (aliments, hygiène, …) "
            "et des repas aux plus démunis",
            "Des personnes isolées disent à notre ligne d'écoute qu'elles n'ont plus de quoi manger ou se "
            f"laver. Je leur porte des produits de première nécessité ou un repas, près de chez moi.\n{RULE}",
            "une à deux heures, à convenir avec l'association",
            ("Personnes âgées", "Personnes à la rue", "Tous publics"),
            "distribution",
        ),
        Need.GARDE_ENFANTS: Errand(
            "on-se-parle-garde-enfants",
            "Je garde des enfants de soignants ou d’une structure de l’Aide Sociale à l’Enfance",
            "Des parents disent à notre ligne d'écoute que personne ne peut garder leurs enfants. Je les "
            f"garde, toujours les mêmes enfants.\n{RULE}",
            "une demi-journée à la fois, à convenir avec l'association",
            ("Parents",),
            "autre",
        ),
        Need.SOLIDARITE_PROXIMITE: Errand(
            "on-se-parle-solidarite-proximite",
            "Je fais les courses de produits essentiels pour mes voisins les plus fragiles.",
            "Des personnes isolées disent à notre ligne d'écoute qu'elles ne peuvent plus faire leurs "
            "courses. Je les fais pour elles, près de chez moi, et je dépose les sacs devant leur porte."
            f"\n{RULE}",
            "une à deux heures, à convenir avec l'association",
            ("Personnes âgées", "Personnes en situation de handicap"),
            "autre",
        ),
    }
)
