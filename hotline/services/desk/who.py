"""How the desk names a caller: by name, else by a masked number."""

from dataclasses import dataclass

from hotline.models import Caller
from hotline.models.status import CallerState
from hotline.phone import PhoneNumber


@dataclass(frozen=True)
class Who:
    """A caller as lists show them; without a name and a number nobody can phone them back."""

    caller_id: int
    names: str | None
    number: str | None
    withheld: bool


def who(caller: Caller) -> Who:
    """Return how a caller is named; a query for many loads their phones with them."""
    number = str(PhoneNumber(caller.phones[0].number)) if caller.phones else None
    return Who(caller.id, caller.names, number, caller.state is CallerState.UNREACHABLE)
