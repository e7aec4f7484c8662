"""A browser's own description, in words that its owner recognises."""

from flask_babel import gettext as _

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """Write "Firefox sur Windows" for what a browser says of itself."""
    browser = next((word for sign, word in _BROWSERS if sign in agent), "")
    machine = next((word for sign, word in _MACHINES if sign in agent), "")
    if browser and machine:
        return str(_("%(browser)s sur %(machine)s", browser=browser, machine=machine))
    return browser or machine or str(_("un navigateur inconnu"))
