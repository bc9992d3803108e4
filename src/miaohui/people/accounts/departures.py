"""What keeps somebody from leaving for now: each domain that holds what is theirs may refuse, and says why.

A domain above contributes where its jobs are declared (its `jobs.py` is imported by every process):

    before_leaving(refuse_with_money)
"""

from collections.abc import Callable

from miaohui.kit.db import Tx

Check = Callable[[Tx, int], None]
"""`check(tx, account_id)` raises a Refusal that says what the person has to see to first."""

_CHECKS: list[Check] = []


def before_leaving(check: Check) -> None:
    """Ask this before an account begins to leave."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def check_departure(tx: Tx, *, account_id: int) -> None:
    """Let an account leave that leaves nothing behind. Raises what the domains refuse with."""
    for check in _CHECKS:
        check(tx, account_id)
