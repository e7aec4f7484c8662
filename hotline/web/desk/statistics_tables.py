"""The tables of the statistics page: titles, columns and rows in words; charts are drawn from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from hotline.models.status import AssignmentState, CallbackState, CallOutcome, ContactKind
from hotline.services.desk.figures import AGES, LATER, NEED_STEPS, WAITS
from hotline.services.desk.partnership import TAKEN_BY_PARTNERS
from hotline.services.desk.statistics import Figures
from hotline.web.desk import words
from hotline.web.desk.labels import begun, label
from hotline.web.desk.reasons import reason

Cell = str | int | None


@dataclass(frozen=True)
class Table:
    """One table; `chart` tells how it is drawn beside: "bar", "line" or not at all."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not any(cell for row in self.rows for cell in row[1:])


def tables(figures: Figures, loads: Sequence[tuple[int, int]]) -> Iterator[Table]:
    """Yield every table of a period."""
    yield _outcomes(figures)
    yield _heard(figures)
    yield _waiting(figures)
    yield _waited(figures)
    yield _callbacks(figures)
    yield _offers(figures)
    yield _loads(loads)
    yield _ends(figures)
    yield _contacts(figures)
    yield _needs(figures)


def _outcomes(figures: Figures) -> Table:
    shown = (CallOutcome.ANSWERED, CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP, CallOutcome.REFUSED)
    by_stretch = {outcome: figures.by_stretch("outcome", outcome.value) for outcome in shown}
    return Table(
        "calls",
        _("Appels reçus"),
        (_("Période"), *(str(label(outcome)) for outcome in shown)),
        [
            (_stretch(figures, first), *(by_stretch[outcome][first] for outcome in shown))
            for first in figures.stretches
        ],
        chart="bar",
    )


def _heard(figures: Figures) -> Table:
    found = figures.by_bucket("heard")
    named = {
        "1h": _("moins d’une heure"),
        "4h": _("de 1 à 4 heures"),
        "1d": _("de 4 à 24 heures"),
        "3d": _("de 1 à 3 jours"),
        LATER: _("plus de 3 jours"),
        "unheard": _("pas encore écoutés"),
    }
    return Table(
        "heard",
        _("Âge des messages vocaux quand ils sont écoutés"),
        (_("Âge"), _("Messages")),
        [(named[bucket], found[bucket]) for bucket in (*(name for _limit, name in AGES), LATER, "unheard")],
        chart="bar",
    )


def _waiting(figures: Figures) -> Table:
    waiting = figures.latest_by_stretch("waiting")
    volunteers = figures.latest_by_stretch("volunteers_waiting")
    relations = figures.latest_by_stretch("relations")
    return Table(
        "waiting",
        _("Qui attend, et combien de suivis vivent"),
        (_("Période"), _("Demandes en attente"), _("Bénévoles sans personne"), _("Suivis en cours")),
        [
            (_stretch(figures, first), waiting[first], volunteers[first], relations[first])
            for first in figures.stretches
        ],
        chart="line",
        note=_("Relevé une fois par jour ; le dernier relevé de chaque période est montré."),
    )


def _waited(figures: Figures) -> Table:
    found = figures.by_bucket("waited")
    named = {
        "4h": _("moins de 4 heures"),
        "1d": _("de 4 à 24 heures"),
        "2d": _("de 1 à 2 jours"),
        "3d": _("de 2 à 3 jours"),
        "7d": _("de 3 à 7 jours"),
        LATER: _("plus d’une semaine"),
    }
    return Table(
        "waited",
        _("Temps d’attente avant le premier rappel"),
        (_("Attente"), _("Demandes")),
        [(named[bucket], found[bucket]) for bucket in (*(name for _limit, name in WAITS), LATER)],
        chart="bar",
        note=_("Demandes ouvertes dans la période et déjà rappelées."),
    )


def _callbacks(figures: Figures) -> Table:
    shown = (CallbackState.MADE, CallbackState.NO_ANSWER, CallbackState.MISSED, CallbackState.PLANNED)
    by_stretch = {state: figures.by_stretch("callbacks", state.value) for state in shown}
    return Table(
        "callbacks",
        _("Rappels prévus et faits"),
        (_("Période"), _("prévus en tout"), *(str(label(state)) for state in shown[:3])),
        [
            (
                _stretch(figures, first),
                sum(by_stretch[state][first] for state in shown),
                *(by_stretch[state][first] for state in shown[:3]),
            )
            for first in figures.stretches
        ],
        chart="bar",
    )


def _offers(figures: Figures) -> Table:
    found = figures.by_bucket("offers")
    rows = (
        ("accepted", _("acceptées")),
        (AssignmentState.DECLINED.value, _("déclinées")),
        (AssignmentState.EXPIRED.value, _("sans réponse")),
        (AssignmentState.OFFERED.value, _("en attente de réponse")),
    )
    return Table(
        "offers",
        _("Propositions faites aux bénévoles"),
        (_("Réponse"), _("Propositions")),
        [(text, found[bucket]) for bucket, text in rows],
        chart="bar",
    )


def _loads(loads: Sequence[tuple[int, int]]) -> Table:
    return Table(
        "loads",
        _("Répartition : combien de personnes suit chaque bénévole"),
        (_("Personnes suivies"), _("Bénévoles")),
        [(str(people), volunteers) for people, volunteers in loads],
        chart="bar",
        note=_("Aujourd’hui, bénévoles actifs qui rappellent."),
    )


def _ends(figures: Figures) -> Table:
    found = figures.by_bucket("ended")
    return Table(
        "ended",
        _("Suivis terminés, et pourquoi"),
        (_("Raison"), _("Suivis")),
        [(reason(code) or _("sans raison notée"), count) for code, count in found.most_common()],
    )


def _contacts(figures: Figures) -> Table:
    found = figures.by_bucket("contacts")
    return Table(
        "contacts",
        _("Contacts par moyen"),
        (_("Moyen de contact"), _("Contacts")),
        [(str(label(kind)), found[kind.value]) for kind in ContactKind if found[kind.value]],
        chart="bar",
    )


def _needs(figures: Figures) -> Table:
    found = {kind: figures.by_bucket(f"need_{kind.value}") for kind in NEED_STEPS}
    return Table(
        "needs",
        _("Besoins orientés vers des partenaires"),
        (_("Besoin"), _("notés"), _("transmis"), _("pris en charge"), _("refusés")),
        [
            (begun(label(need)), *(found[kind][need.value] for kind in NEED_STEPS))
            for need in TAKEN_BY_PARTNERS
        ],
        chart="bar",
    )


def _stretch(figures: Figures, first: date) -> str:
    return words.month(first) if figures.by_month else words.short_day(first)
