"""What the worker takes from nearby."""

from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute
from miaohui.people.nearby.actions.be_seen import prune
from miaohui.people.nearby.own_export import visit_for_export

contribute("nearby", rows=visit_for_export)


@job("nearby.prune")
def prune_visits(context: JobContext) -> None:
    """Forget whose two hours are over; scheduled every ten minutes."""
    context.write(prune)
