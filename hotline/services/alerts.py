"""What a coordinator must see, raised once per cause."""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline.models import Alert
from hotline.services import people


def raise_alert(
    session: Session,
    kind: str,
    key: str,
    at: datetime,
    *,
    detail: str | None = None,
    caller_id: int | None = None,
    volunteer_id: int | None = None,
) -> bool:
    """Raise an alert; False when one with the same key is there already."""
    raised = people.insert_once(
        session,
        Alert,
        "key",
        {
            "kind": kind,
            "key": key,
            "detail": detail,
            "caller_id": caller_id,
            "volunteer_id": volunteer_id,
            "created_at": at,
        },
    )
    return raised is not None
