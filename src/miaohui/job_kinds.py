"""Imports every `jobs.py`, which declares the kinds of jobs that the worker knows."""

from importlib import import_module
from pathlib import Path

import miaohui.audit_kinds  # the audits that one of the jobs asks
import miaohui.kit.audits  # the kit's own
import miaohui.kit.upkeep
import miaohui.notice_kinds  # noqa: F401  what the job of pushes tells of

_PACKAGE = Path(__file__).parent

for _file in sorted(_PACKAGE.glob("*/*/jobs.py")) + sorted(_PACKAGE.glob("*/jobs.py")):
    import_module("miaohui." + ".".join(_file.relative_to(_PACKAGE).with_suffix("").parts))
