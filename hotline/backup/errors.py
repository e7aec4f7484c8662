"""What keeps a backup from being made or put back."""

from hotline.errors import HotlineError


class BackupError(HotlineError):
    """A backup cannot be made, read or put back; the sentence says what to do."""
