"""Refusals that leave a trace.

A raised refusal undoes its transaction. Where the trace is the point (a try that was counted, a challenge
that was used up) the action returns the refusal instead, and it is raised here, after the commit.
"""

from typing import TypeVar

from miaohui.kit.errors import Refusal

T = TypeVar("T")


def unless_refused(outcome: T | Refusal) -> T:
    """Return what an action achieved. Raises the refusal that it returned instead."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
