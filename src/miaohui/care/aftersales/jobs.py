"""Deadlines that act by themselves."""

from miaohui.care.aftersales.actions.act_on_deadline import act_on_deadline
from miaohui.care.aftersales.actions.finalise import go_on_with_dispute
from miaohui.care.aftersales.own_export import cases_for_export, evidence_files_for_export
from miaohui.care.aftersales.queries import open_cases_of_shop
from miaohui.care.aftersales.states import CaseState, DisputeState
from miaohui.commerce.merchants.obstacles import keep_shop
from miaohui.kit.jobs import JobContext, job
from miaohui.kit.pictures import remove_picture
from miaohui.people.accounts.export import contribute

contribute("aftersales", rows=cases_for_export, files=evidence_files_for_export)
keep_shop("cases", open_cases_of_shop)

_TRIES = 20
"""A case whose timer is lost would wait for ever."""


@job("aftersales.remove_evidence", max_attempts=_TRIES)
def remove_evidence(context: JobContext, *, key: str) -> None:
    """Remove the files of a picture that somebody has shown who is not here any more."""
    remove_picture(context.blobs, key)


@job("aftersales.act_on_deadline", max_attempts=_TRIES)
def run_case_deadline(context: JobContext, *, aftersale_id: int, state: CaseState, deadline_ms: int) -> None:
    """Move a case on whose deadline has passed, unless somebody has acted."""
    context.finish(act_on_deadline, aftersale_id=aftersale_id, state=state, deadline_ms=deadline_ms)


@job("aftersales.go_on_with_dispute", max_attempts=_TRIES)
def run_dispute_deadline(context: JobContext, *, dispute_id: int, state: DisputeState, deadline_ms: int) -> None:
    """End a round of proof, or let a judgement stand that nobody has appealed."""
    context.finish(go_on_with_dispute, dispute_id=dispute_id, state=state, deadline_ms=deadline_ms)
