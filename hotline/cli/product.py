"""What the commands work on: the product, the moment and the person at the keyboard."""

import getpass
import os
from datetime import datetime

import click

from hotline import bootstrap, logs
from hotline.bootstrap import Hotline


def product() -> Hotline:
    """Return the product for the running command, closed when the command ends; raises SettingsError."""
    context = click.get_current_context()
    given = context.find_object(Hotline)
    if given is not None:
        return given
    logs.configure()
    hotline = bootstrap.build()
    context.find_root().obj = hotline
    context.call_on_close(hotline.database.close)
    return hotline


def on_our_clock(hotline: Hotline, moment: datetime | None) -> datetime | None:
    """Return a moment as typed; one without an offset is on the line's own clock."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=hotline.line.zone)


def actor() -> str:
    """Return the name of the account that runs the command, for the audit log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
