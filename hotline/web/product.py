"""The product behind the request."""

from typing import cast

from flask import current_app

from hotline.bootstrap import Hotline

EXTENSION = "hotline"


def product() -> Hotline:
    """Return the product that this application serves."""
    return cast("Hotline", current_app.extensions[EXTENSION])
