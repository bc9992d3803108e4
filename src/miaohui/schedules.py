"""What happens by the clock: each is staged once per slot, however many workers run."""

from collections.abc import Sequence

from miaohui.kit.jobs import Schedule

SCHEDULES: Sequence[Schedule] = ()
