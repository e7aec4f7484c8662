"""The language of pages: French first, English where somebody chose it."""

from pathlib import Path
from typing import cast

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "language"
_TRANSLATIONS = Path(__file__).parent / "translations"


def prepare(app: Flask) -> None:
    """Let pages speak the language of whoever looks at them; French texts are the keys of the catalogue."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        BABEL_TRANSLATION_DIRECTORIES=str(_TRANSLATIONS),
        BABEL_DOMAIN="desk",
    )
    Babel(app, locale_selector=_chosen)


def language() -> str:
    """Return the language of this page: "fr" or "en"."""
    return cast("str", get_locale().language)


def _chosen() -> str:
    if not has_request_context():
        return "fr"
    signed_in = g.get("signed_in")
    wanted = signed_in.coordinator.language if signed_in else request.cookies.get(COOKIE)
    return wanted if wanted in LANGUAGES else "fr"
