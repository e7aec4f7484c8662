"""A volunteer's page: opened by a link, without an account, readable without a script.

Each module adds its addresses to `pages` when it is imported.
"""

from hotline.web.volunteer import (
    absent,
    agenda,
    calls,
    certificates,
    choices,
    door,
    messages,
    own_file,
    today,
)
from hotline.web.volunteer.room import pages

__all__ = [
    "absent",
    "agenda",
    "calls",
    "certificates",
    "choices",
    "door",
    "messages",
    "own_file",
    "pages",
    "today",
]
