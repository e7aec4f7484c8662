"""The association's own recordings for the carrier: public, under names that nobody can guess."""

from io import BytesIO

from flask import Blueprint, Response, abort, send_file

from hotline.lines import RECORDING
from hotline.web.product import product

pages = Blueprint("prompts", __name__)


@pages.get(RECORDING.format(name="<name>"))
def sound(name: str) -> Response:
    """Send a recording; it never changes under its name, so that everybody may keep it."""
    wav = product().sounds.read(name)
    if wav is None:
        abort(404)
    answer = send_file(BytesIO(wav), mimetype="audio/wav", max_age=31_536_000, etag=name)
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
