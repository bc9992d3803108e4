"""What Alembic runs; `migrate` hands it the connection."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from miaohui.kit.db import Json, Timestamp
from miaohui.schema import all_tables


def render(kind: str, item: object, autogen_context: AutogenContext) -> str | Literal[False]:
    """Spell our own column types by what they are in the database, so that old migrations stay as they were."""
    if kind != "type" or not isinstance(item, Timestamp | Json):
        return False
    return "sa.BigInteger()" if isinstance(item, Timestamp) else "sa.Text()"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    render_item=render,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
