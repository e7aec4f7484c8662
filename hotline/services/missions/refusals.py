"""Every reason for which API Engagement refuses a mission by itself, as data, in its order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hotline.services.missions.mission import Mission

LONGEST: Final = 20_000
COUNTRIES: Final = frozenset({"France", "FR"})
REMOTE: Final = frozenset({"no", "possible", "full", "local"})
DOMAINS: Final = frozenset(
    {
        "animaux",
        "autre",
        "batiment-industrie-logistique",
        "benevolat-competences",
        "culture-loisirs",
        "education",
        "emploi",
        "environnement",
        "gestion-finance-droit",
        "humanitaire",
        "memoire-et-citoyennete",
        "prevention-protection",
        "recherche",
        "sante",
        "service-public-defense-securite",
        "solidarite-insertion",
        "sport",
        "vivre-ensemble",
    }
)


@dataclass(frozen=True)
class Rule:
    """One reason: when it applies, and a sentence that says how to mend it."""

    code: str
    says: str
    applies: Callable[[Mission], bool]


RULES: Final = (
    Rule(
        "title_missing", "le titre manque : écrivez-le en plusieurs mots", lambda one: not one.title.strip()
    ),
    Rule(
        "title_one_word",
        "le titre n'a qu'un mot : écrivez-en plusieurs",
        lambda one: len(one.title.split()) == 1,
    ),
    Rule(
        "title_encoding",
        "le titre contient « &# » : écrivez les lettres elles-mêmes",
        lambda one: "&#" in one.title,
    ),
    Rule("client_id_missing", "l'identifiant (clientId) manque", lambda one: not one.client_id),
    Rule(
        "description_missing",
        "la description manque : dites en quelques phrases ce que fait un bénévole",
        lambda one: not one.description.strip(),
    ),
    Rule(
        "description_encoding",
        "la description contient « &# » : écrivez les lettres elles-mêmes",
        lambda one: "&#" in one.description,
    ),
    Rule(
        "description_too_long",
        "la description dépasse 20 000 caractères : raccourcissez-la",
        lambda one: len(one.description) > LONGEST,
    ),
    Rule(
        "application_url_missing",
        "l'adresse où s'inscrire manque : donnez HOTLINE_PUBLIC_URL",
        lambda one: not one.application_url,
    ),
    Rule(
        "country_unknown", "le pays n'est pas reconnu : « France »", lambda one: one.country not in COUNTRIES
    ),
    Rule(
        "remote_unknown",
        "« remote » doit être no, possible, full ou local",
        lambda one: one.remote not in REMOTE,
    ),
    Rule("no_places", "il n'y a aucune place : il en faut une au moins", lambda one: one.places <= 0),
    Rule(
        "domain_unknown",
        "le domaine n'est pas de la liste de la plateforme",
        lambda one: one.domain not in DOMAINS,
    ),
    Rule(
        "organisation_encoding",
        "le nom de l'association contient « &# » : écrivez les lettres elles-mêmes",
        lambda one: "&#" in one.organisation.name,
    ),
)


def of(mission: Mission) -> list[Rule]:
    """Return every reason for which a mission would be refused."""
    return [rule for rule in RULES if rule.applies(mission)]
