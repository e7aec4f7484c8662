"""Column types: moments in UTC, sealed texts and values, blind indexes."""

import json
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from hotline.crypto import Vault


def vault_of(dialect: Dialect) -> Vault:
    """Return the vault that the engine's dialect carries (see `Database`)."""
    return cast("Vault", cast("Any", dialect).hotline_vault)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides, UTC at rest. Naive values are refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the kept moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """A personal text, AES-256-GCM at rest, bound to its table and column ("callers.names")."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal the text."""
        return None if value is None else vault_of(dialect).seal(value, self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open the text; raises UnreadableSecretError when no key fits."""
        return None if value is None else vault_of(dialect).open(bytes(value), self.place.encode())


class SealedJson(TypeDecorator[Any]):
    """A personal value that JSON can hold, sealed like a text; assign it anew, never change it in place."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal the value."""
        if value is None:
            return None
        return vault_of(dialect).seal(json.dumps(value, ensure_ascii=False), self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open the value; raises UnreadableSecretError when no key fits."""
        return (
            None if value is None else json.loads(vault_of(dialect).open(bytes(value), self.place.encode()))
        )


class BlindIndex(TypeDecorator[str]):
    """The keyed index of a text: compared in queries, never read back. `kind` separates number from mail."""

    impl = LargeBinary(16)
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Turn the text into its index."""
        return None if value is None else vault_of(dialect).index(value, self.kind.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Show the index as hex: the text itself is not in it."""
        return None if value is None else bytes(value).hex()
