"""What every page of the desk may write: days and hours, words of states, counts that wait."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import get_locale

from hotline.services.desk.rights import Right
from hotline.web.desk import labels, menu, words
from hotline.web.desk.room import allowed, me, nonce, pages
from hotline.web.i18n import LANGUAGES
from hotline.web.product import product


@pages.context_processor
def at_hand() -> dict[str, Any]:
    """Give templates the line's moment and words in the page's language; nothing to a stranger."""
    if not g.get("signed_in"):
        return {}
    hotline = product()
    line, at = hotline.line, hotline.clock.now()
    now = line.local(at)

    def local(write: Callable[[datetime, datetime], str]) -> Callable[[datetime], str]:
        return lambda moment: write(line.local(moment), now)

    def near_day(day: date) -> str:
        return words.near_day(day, now.date())

    return {
        "line_name": line.words.phrase("line.name"),
        "me": me(),
        "menu": menu.shown(menu.MAIN),
        "more": menu.shown(menu.MORE),
        "may": lambda right: allowed(Right(right)),
        "nonce": nonce(),
        "language": str(get_locale().language),
        "languages": LANGUAGES,
        "rehearsal": hotline.settings.rehearsal,
        "line": line,
        "at": at,
        "today": now.date(),
        "when": local(words.when),
        "near_day": near_day,
        "full_day": words.full_day,
        "short_day": words.short_day,
        "hour": lambda moment: words.hour(line.local(moment)),
        "age": lambda moment: words.lasting((at - moment).total_seconds()),
        "lasting": words.lasting,
        "month": words.month,
        "weekday": words.weekday,
        "local": line.local,
    }


pages.add_app_template_filter(labels.label, "label")
pages.add_app_template_filter(labels.tone, "tone")
pages.add_app_template_filter(labels.begun, "begun")
