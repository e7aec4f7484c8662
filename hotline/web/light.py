"""Flask-Security, loaded without the carrier’s client, which it looks for to send codes: we send none."""

import sys
from importlib import import_module
from typing import Any, cast

_CLIENT = "twilio.rest"

if _CLIENT not in sys.modules:
    loaded = cast("dict[str, Any]", sys.modules)
    loaded[_CLIENT] = None
    import_module("flask_security")
    del loaded[_CLIENT]
