"""Imports every `notices.py`, which declares the kinds of notices that its domain tells people of."""

from importlib import import_module
from pathlib import Path

_PACKAGE = Path(__file__).parent

for _file in sorted(_PACKAGE.glob("*/*/notices.py")):
    import_module("miaohui." + ".".join(_file.relative_to(_PACKAGE).with_suffix("").parts))
