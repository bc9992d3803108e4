"""Brings every domain's tables into the one `metadata`, for migrations and tests."""

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from miaohui.kit import audits, idempotency, outbox  # noqa: F401  their tables live beside their code
from miaohui.kit.db import metadata

_PACKAGE = Path(__file__).parent


def all_tables() -> sa.MetaData:
    """Return the metadata with the tables of every `tables.py` in the package."""
    for file in sorted(_PACKAGE.rglob("tables.py")):
        import_module("miaohui." + ".".join(file.relative_to(_PACKAGE).with_suffix("").parts))
    return metadata
