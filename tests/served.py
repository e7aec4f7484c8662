"""Applications for products, lent to one test after another: routes and templates take long to compile.

Passwords are hashed as in earnest, but with less effort.
"""

from typing import Any

from flask import Flask

from hotline.bootstrap import Hotline
from hotline.web import create_app
from hotline.web.product import EXTENSION


class Lender:
    """Keeps the applications; each product has one of its own until the end of the test."""

    def __init__(self) -> None:
        self._lent: list[tuple[Flask, Hotline]] = []
        self._free: list[tuple[Flask, Any]] = []
        self._configs: dict[int, dict[str, Any]] = {}

    def lend(self, hotline: Hotline) -> Flask:
        """Return the application that serves this product."""
        for app, product in self._lent:
            if product is hotline:
                return app
        app = self._taken(_kind(hotline)) or self._made(hotline)
        app.extensions[EXTENSION] = hotline
        self._lent.append((app, hotline))
        return app

    def take_back(self) -> None:
        """Take every application back, as it was when it was made."""
        for app, hotline in self._lent:
            app.config.clear()
            app.config.update(self._configs[id(app)])
            self._free.append((app, _kind(hotline)))
        self._lent.clear()

    def _taken(self, kind: Any) -> Flask | None:
        for place, (app, served) in enumerate(self._free):
            if served == kind:
                del self._free[place]
                return app
        return None

    def _made(self, hotline: Hotline) -> Flask:
        app = create_app(hotline)
        app.extensions["security"].pwd_context.update(argon2__time_cost=1, argon2__memory_cost=32)
        self._configs[id(app)] = dict(app.config)
        return app


def _kind(hotline: Hotline) -> Any:
    """What an application keeps of its product, besides the product itself."""
    settings = hotline.settings
    return settings.secret_key, settings.public_url, settings.line


lender = Lender()
