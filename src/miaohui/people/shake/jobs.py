"""What the worker takes from the shakes."""

from datetime import date

from miaohui.kit.clock import from_ms
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.export import contribute
from miaohui.people.shake.actions.come_to_rendezvous import call_rendezvous
from miaohui.people.shake.actions.list_missed import pair_missed
from miaohui.people.shake.actions.prune import prune
from miaohui.people.shake.own_export import matches_for_export, venues_for_export

contribute("shake_matches", rows=matches_for_export)
contribute("shake_venues", rows=venues_for_export)


@job("shake.call_rendezvous")
def call_to_rendezvous(context: JobContext, *, begins_at_ms: int) -> None:
    """Call who said that they come to the rendezvous of this hour."""
    context.finish(call_rendezvous, begins_at=from_ms(begins_at_ms))


@job("shake.pair_missed")
def pair_missed_of_day(context: JobContext, *, day: str) -> None:
    """Show the people of a day who missed each other to each other."""
    context.finish(pair_missed, day=date.fromisoformat(day))


@job("shake.prune")
def prune_shakes(context: JobContext) -> None:
    """Let go of what is over; scheduled every ten minutes."""
    context.write(prune)
