"""Parts of a page that keep themselves up to date: asked for every few seconds, 204 when nothing changed."""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup


@dataclass(frozen=True)
class Part:
    """What a part of a page shows, and the version under which the page asks for the next one."""

    html: Markup
    version: str


def part(template: str, name: str, **context: Any) -> Part:
    """Draw a part of this address's page; `name` is its id within the page."""
    inside = render_template(template, **context)
    shown = inside.replace(generate_csrf(), "")
    version = hashlib.sha256(shown.encode()).hexdigest()[:16]
    asked = {**request.args.to_dict(), "v": version}
    whole = render_template("desk/live.html", inside=Markup(inside), name=name, asked=asked)  # noqa: S704 - ours
    return Part(Markup(whole), version)  # noqa: S704 - ours


def answered(drawn: Part) -> ResponseReturnValue:
    """Answer a page that asks for news of one of its parts."""
    return ("", 204) if request.args.get("v") == drawn.version else str(drawn.html)
