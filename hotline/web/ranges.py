"""Numbers, days and texts that no row can have: whoever asks for them is told that there is nothing."""

from sqlalchemy.exc import DataError, StatementError

OUT_OF_RANGE = (OverflowError, StatementError)
"""What is raised for them, and for other reasons too: `is_out_of_range` tells."""


def is_out_of_range(error: Exception) -> bool:
    """Tell whether the database could not even be asked; any other fault is ours."""
    return isinstance(error, OverflowError | DataError) or isinstance(
        getattr(error, "orig", None), OverflowError
    )
