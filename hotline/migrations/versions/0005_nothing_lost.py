"""Nothing lost: sweeps of the carrier's log, what was spent"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sweeps()
    _spending()


def downgrade() -> None:
    pass


def _sweeps() -> None:
    pass


def _spending() -> None:
    pass
