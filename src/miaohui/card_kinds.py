"""Imports every `cards.py`, which declares how the things of its domain appear in messages and notices."""

from importlib import import_module
from pathlib import Path

_PACKAGE = Path(__file__).parent

for _file in sorted(_PACKAGE.glob("*/*/cards.py")):
    import_module("miaohui." + ".".join(_file.relative_to(_PACKAGE).with_suffix("").parts))
