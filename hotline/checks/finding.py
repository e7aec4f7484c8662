"""One thing looked at, and how errors become such things."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from hotline.errors import HotlineError
from hotline.services.line import Line

log = structlog.get_logger()


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and else how to mend it."""

    check: str
    ok: bool
    says: str


def named(line: Line, finding: Finding) -> Finding:
    """Say of which of several numbers something was found."""
    return replace(finding, says=f"{line.name} : {finding.says}") if line.several else finding


@contextmanager
def told(check: str) -> Iterator[list[Finding]]:
    """Turn an error within the block into a finding of the list; nobody who asks gets a stack trace."""
    faults: list[Finding] = []
    try:
        yield faults
    except HotlineError as error:
        faults.append(Finding(check, ok=False, says=str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked gets a sentence
        log.warning("check_failed", check=check, says=repr(error))
        says = f"n'a pas pu être regardé ({type(error).__name__}) : le journal dit pourquoi"
        faults.append(Finding(check, ok=False, says=says))
