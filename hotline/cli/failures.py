"""From an exception to a sentence for whoever typed the command."""

from alembic.util import CommandError
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError

from hotline.errors import HotlineError


def sentence(error: Exception) -> str | None:
    """Return what to tell, or None for a fault of the product, which deserves its traceback."""
    match error:
        case HotlineError():
            return str(error)
        case StatementError(orig=HotlineError()):
            return str(error.orig)
        case UnicodeEncodeError() | StatementError(orig=UnicodeEncodeError()):
            return "ce qui a été tapé n'est pas en UTF-8 : réglez le terminal sur UTF-8, puis recommencez."
        case OverflowError() | DataError() | StatementError(orig=OverflowError()):
            return "un nombre ou une date dépasse ce que la base peut garder : vérifiez ce qui a été tapé."
        case DBAPIError():
            return _database(str(error.orig))
        case SQLAlchemyError():
            return _database(str(error))
        case CommandError():
            return f"cette révision n'existe pas ici : {error}"
        case OSError():
            return f"{error.filename or 'fichier'} : {error.strerror or error}"
        case _:
            return None


def _database(detail: str) -> str:
    reason = detail.strip().partition("\n")[0]
    return (
        f"la base ne répond pas ou n'est pas à jour ({reason}). « hotline db upgrade » la met à jour, "
        "« hotline check » dit ce qui manque."
    )
