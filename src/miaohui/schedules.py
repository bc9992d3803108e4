"""What happens by the clock: each is staged once per slot, however many workers run."""

from collections.abc import Sequence
from datetime import timedelta

from miaohui.kit.jobs import Schedule

SCHEDULES: Sequence[Schedule] = (
    Schedule(kind="kit.prune", every=timedelta(hours=1)),
    Schedule(kind="audits.run", every=timedelta(hours=1)),
    # Each order has a job for its own date; this finds what was missed.
    Schedule(kind="settlement.settle_due", every=timedelta(minutes=10)),
    Schedule(kind="insurance.sweep", every=timedelta(hours=1)),
    Schedule(kind="compensation.recover", every=timedelta(days=1)),
    Schedule(kind="checkout.prune", every=timedelta(hours=1)),
    Schedule(kind="promotions.expire", every=timedelta(minutes=10)),
    Schedule(kind="uploads.sweep", every=timedelta(hours=1)),
    Schedule(kind="videos.sweep", every=timedelta(days=1)),
    Schedule(kind="accounts.prune", every=timedelta(hours=1)),
    # Replaying the log takes about 0.2 ms a row, so a restart reads at most some seconds of it.
    Schedule(kind="feed.save_snapshot", every=timedelta(minutes=10)),
    # Looks whether enough is new first; a fit takes seconds to minutes.
    Schedule(kind="feed.fit_models", every=timedelta(minutes=10)),
    # Each account gets its letter in its own morning.
    Schedule(kind="notifications.digest", every=timedelta(minutes=30)),
    Schedule(kind="notifications.prune", every=timedelta(days=1)),
    Schedule(kind="payments.sweep", every=timedelta(minutes=1)),
    Schedule(kind="payments.reconcile_all", every=timedelta(days=1)),
    Schedule(kind="sponsorships.tidy", every=timedelta(minutes=10)),
    Schedule(kind="moments.tidy", every=timedelta(hours=1)),
    Schedule(kind="shake.prune", every=timedelta(minutes=10)),
    Schedule(kind="nearby.prune", every=timedelta(minutes=10)),
    Schedule(kind="messaging.prune", every=timedelta(hours=1)),
    Schedule(kind="feed.prune", every=timedelta(days=1)),
)
