"""`/benevole`: somebody registers as a volunteer, without an account, a script, or a word about who is known.

Each module adds its addresses to `pages` when it is imported.
"""

from hotline.web.joining import code, reading, register
from hotline.web.joining.room import pages

__all__ = ["code", "pages", "reading", "register"]
