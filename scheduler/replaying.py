"""What came to this host while the database was away: the clock empties the spool where no web does."""

from hotline import replay
from hotline.bootstrap import Hotline


def replay_events(hotline: Hotline) -> str:
    """Carry out what this host has kept."""
    count = replay.empty(hotline)
    return f"{count} événements gardés pendant la panne repris" if count else ""
