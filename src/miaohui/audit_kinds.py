"""Imports every `audits.py`, which declares what must hold for the tables of its domain."""

from importlib import import_module
from pathlib import Path

_PACKAGE = Path(__file__).parent

for _file in sorted(_PACKAGE.glob("*/*/audits.py")):
    import_module("miaohui." + ".".join(_file.relative_to(_PACKAGE).with_suffix("").parts))
