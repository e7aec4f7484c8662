"""What every page at the door may write, before and after somebody has signed in."""

from typing import Any

from flask_babel import get_locale

from hotline.web.desk.at_hand import at_hand
from hotline.web.desk.room import nonce, recognised
from hotline.web.i18n import LANGUAGES
from hotline.web.product import product


def at_the_door() -> dict[str, Any]:
    """Give templates the layout to stand in: the desk's, or the bare one of the door."""
    if recognised():
        return at_hand() | {"layout": "desk/base.html"}
    return {
        "layout": "entrance/base.html",
        "line_name": product().line.words.phrase("line.name"),
        "nonce": nonce(),
        "language": str(get_locale().language),
        "languages": LANGUAGES,
        "rehearsal": product().settings.rehearsal,
    }
