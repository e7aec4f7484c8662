"""How long something has waited, as a list writes it."""

from datetime import datetime

from flask_babel import gettext

from hotline.services.desk import waiting
from hotline.web.desk import words
from hotline.web.desk.room import pages

_MINUTE = 60
_HOUR = 3600


def waited(since: datetime, at: datetime) -> str:
    """Write a wait in whole minutes, hours or days, so that a list does not change at every look."""
    seconds = (at - since).total_seconds()
    if seconds < _MINUTE:
        return str(gettext("moins d’une minute"))
    return words.lasting(seconds - seconds % (_MINUTE if seconds < _HOUR else _HOUR))


pages.add_app_template_filter(waited, "waited")
pages.add_app_template_filter(waiting.ageing, "ageing")
