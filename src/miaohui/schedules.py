"""What happens by the clock: each is staged once per slot, however many workers run."""

from collections.abc import Sequence
from datetime import timedelta

from miaohui.kit.jobs import Schedule

SCHEDULES: Sequence[Schedule] = (Schedule(kind="accounts.prune", every=timedelta(hours=1)),)
