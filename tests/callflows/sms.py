"""Every SMS made with extreme values, from senders that can be answered and from those that cannot."""

from datetime import date
from typing import Any

from callflows import errands, offers, reminders, texts
from callflows.wordings import Wordings
from tests.callflows.catalogues import LINE

LINK = "https://ligne.asso-exemple.org/v/abcdefghijkl"
DAY = "mercredi 30/12/2027"
NEEDS = ("AIDE_ALIMENTAIRE", "GARDE_ENFANTS", "SOLIDARITE_PROXIMITE", "AUTRE")
RHYTHM = "le deuxième mercredi et le dernier vendredi du mois à 18 h 30"


def messages(words: Wordings, name: str | None) -> dict[str, str]:
    """Every SMS that can be answered, with the longest plausible values and one name everywhere."""
    when = "mercredi 30/12 à 18 h 30"
    return _everyday(words, name, when) | {
        "offer": offers.offer(
            words,
            reference=99999,
            volunteer=name,
            caller=name,
            place=name,
            wishes=offers.cover(words, when=when, holder=name),
            answer_by=when,
        ),
        **{
            f"errand {need}": offers.offer(
                words,
                reference=99999,
                volunteer=name,
                caller=name,
                place=name,
                wishes=errands.wish(words, need),
                answer_by=when,
            )
            for need in NEEDS
        },
        "accepted": texts.accepted(words, volunteer=name, caller=name, before=when, line=LINE),
        "errand accepted": errands.accepted(
            words, volunteer=name, caller=name, before=when, reference=99999, line=LINE
        ),
        "errand advice": errands.advice(words, reference=99999, line=LINE),
        "errand nudge": errands.nudge(words, caller=name, reference=99999, line=LINE),
        "accepted_at": texts.accepted_at(
            words, volunteer=name, caller=name, when=when, rhythm=RHYTHM, line=LINE
        ),
        "already_accepted": texts.already_accepted(words, caller=name, line=LINE),
        "which_one": texts.which_one(words, range(99980, 99999), line=LINE),
        "which_report": texts.which_report(words, range(99980, 99999), line=LINE),
        "unknown_reference": texts.unknown_reference(words, 999_999, line=LINE),
        "paused": texts.paused(words, start=DAY, until=DAY, line=LINE),
        "pause_unclear": texts.pause_unclear(words, line=LINE),
        "stopped": texts.stopped(words),
        "helped": texts.helped(words, line=LINE),
        "contact_again": texts.contact_again(words, name, 99999, line=LINE),
        "listener_closing": texts.listener_closing(words),
        "nudge": reminders.nudge(words, caller=name, reference=99999, line=LINE),
        "rested": reminders.rested(words, LINE),
        "in_the_team": texts.in_the_team(words, volunteer=name, link=LINK),
        "waiting": reminders.waiting(words, volunteer=name, line=LINE),
        "report_ask": reminders.report_ask(words, caller=name, reference=99999, line=LINE),
        "given": reminders.given(words, volunteer=name, caller=name, when=RHYTHM, reference=99999, line=LINE),
    }


def one_way_messages(words: Wordings, name: str | None, link: str = LINK) -> dict[str, str]:
    """Every SMS of a sender that nobody can answer, with the longest plausible values."""
    when = "mercredi 30/12 à 18 h 30"
    wishes = {
        "cover": offers.cover(words, when=when, holder=name),
        "regular": offers.wish(words, recurring=True, rhythm=RHYTHM),
        "once": offers.wish(words, recurring=False),
        **{f"errand {need}": errands.wish(words, need) for need in NEEDS},
    }
    asked = {
        f"offer {title}": offers.offer_one_way(
            words,
            volunteer=name,
            caller=name,
            place=name,
            wishes=wished,
            answer_by=when,
            line=LINE,
            link=link,
        )
        for title, wished in wishes.items()
    }
    way: dict[str, Any] = {"line": LINE, "link": link}
    spans = {"open": (None, None), "until": (None, DAY), "from": (DAY, None), "between": (DAY, DAY)}
    away = {
        f"paused {title}": texts.paused(words, start=start, until=until, **way)
        for title, (start, until) in spans.items()
    }
    return (
        _everyday(words, name, when)
        | asked
        | away
        | {
            "accepted": texts.accepted(words, volunteer=name, caller=name, before=when, **way),
            "errand accepted": errands.accepted(
                words, volunteer=name, caller=name, before=when, reference=99999, **way
            ),
            "errand advice": errands.advice(words, reference=99999, **way),
            "errand nudge": errands.nudge(words, caller=name, reference=99999, **way),
            "accepted_at": texts.accepted_at(
                words, volunteer=name, caller=name, when=when, rhythm=RHYTHM, **way
            ),
            "already_accepted": texts.already_accepted(words, caller=name, **way),
            "which_one": texts.which_one(words, [42, 43], **way),
            "which_report": texts.which_report(words, [42, 43], **way),
            "unknown_reference": texts.unknown_reference(words, 999_999, **way),
            "pause_unclear": texts.pause_unclear(words, **way),
            "stopped": texts.stopped(words, one_way=True),
            "helped": texts.helped(words, **way),
            "contact_again": texts.contact_again(words, name, 99999, **way),
            "nudge": reminders.nudge(words, caller=name, reference=99999, **way),
            "rested": reminders.rested(words, LINE, link=link),
            "in_the_team": texts.in_the_team(words, volunteer=name, link=link),
            "waiting": reminders.waiting(words, volunteer=name, **way),
            "report_ask": reminders.report_ask(words, caller=name, reference=99999, **way),
            "given": reminders.given(words, volunteer=name, caller=name, when=RHYTHM, reference=99999, **way),
        }
    )


def _everyday(words: Wordings, name: str | None, when: str) -> dict[str, str]:
    """The texts that are the same from every sender."""
    return {
        "acknowledgement": texts.acknowledgement(words),
        "declined": texts.declined(words),
        "already_declined": texts.already_declined(words),
        "too_late": texts.too_late(words),
        "no_offer_open": texts.no_offer_open(words),
        "not_understood": texts.not_understood(words),
        "reported": texts.reported(words, name, more=reminders.thank_you(words, 100)),
        "next_try": texts.next_try(words, name, when),
        "alert_received": texts.alert_received(words),
        "resumed": texts.resumed(words),
        "restarted": texts.restarted(words),
        "page": texts.page(words, LINK),
        "welcome": texts.welcome(words, volunteer=name, line=LINE, link=LINK, pin="12345678"),
        "registration_code": texts.registration_code(words, code="012345"),
        "goodbye": texts.goodbye(words, volunteer=name),
        "listener_closed": texts.listener_closed(words),
        "reminder": reminders.reminder(words, caller=name, when=when, line=LINE),
        "errand done": errands.done(words, name),
        "errand reminder": errands.reminder(words, caller=name, when=when, line=LINE),
        "errand missed_told": errands.missed_told(words, name),
        "reminder_before": reminders.reminder_before(words, caller=name, when=when, line=LINE),
        "missed_told": reminders.missed_told(words, name),
        "contact_person": reminders.contact_person(words, name, LINE),
        "recap": reminders.recap(
            words, month=date(2026, 9, 1), calls=100, people=20, minutes=5999, link=LINK
        ),
    }
