"""Work that outlives a request: rows staged in a transaction, run by a worker under a lease."""

from miaohui.kit.jobs.registry import Job, JobContext, LeaseLost, PermanentJobFailure, Schedule, job, registered_jobs
from miaohui.kit.jobs.stage import stage_job
from miaohui.kit.jobs.tables import job_table
from miaohui.kit.jobs.worker import Worker

__all__ = [
    "Job",
    "JobContext",
    "LeaseLost",
    "PermanentJobFailure",
    "Schedule",
    "Worker",
    "job",
    "job_table",
    "registered_jobs",
    "stage_job",
]
