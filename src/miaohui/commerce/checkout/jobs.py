"""What the checkout clears away."""

from datetime import timedelta

from miaohui.commerce.checkout.own_export import addresses_for_export
from miaohui.commerce.checkout.quotes import prune_quotes
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute

contribute("addresses", rows=addresses_for_export)

_KEPT_FOR = timedelta(days=1)
"""After its end: somebody who comes back to an old page is offered a new quote of the same."""


@job("checkout.prune", max_attempts=3)
def prune(context: JobContext) -> None:
    """Forget quotes that nobody can take any more."""
    context.finish(prune_quotes, before=context.now() - _KEPT_FOR)
