"""The web: everything that arrives by HTTP. Flask lives here and nowhere else."""

from hotline.web import light
from hotline.web.app import create_app

__all__ = ["create_app", "light"]
