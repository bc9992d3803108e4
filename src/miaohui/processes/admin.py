"""`miaohui admin`: what an administrator does from the command line."""

import argparse

import msgspec

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job
from miaohui.discovery.feed.own_report import own_report
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.db import Database
from miaohui.kit.jobs.failed import failed_jobs, retry_job
from miaohui.money.ledger.beancount import beancount_lines
from miaohui.services import Services
from miaohui.settings import Settings


def admin(settings: Settings, arguments: argparse.Namespace) -> int:
    """Carry out one act and return the exit status."""
    with Services(settings) as services:
        services.migrate()
        if arguments.act == "audit":
            return _audit(services.db, as_json=arguments.json)
        if arguments.act == "ledger-export":
            for line in services.db.read_sync(beancount_lines):
                print(line)  # noqa: T201  the answer
            return 0
        if arguments.act == "interest":
            return _interest(services.db, as_json=arguments.json)
        return _jobs(services.db, retry=arguments.retry)


def _jobs(db: Database, *, retry: int | None) -> int:
    if retry is not None:
        found = db.write_sync(retry_job, job_id=retry)
        print("queued again" if found else "no failed job has this id")  # noqa: T201  the answer
        return 0 if found else 1
    for failed in db.read_sync(failed_jobs):
        print(f"{failed.id}  {failed.kind}  tried {failed.attempts}×  {failed.finished_at:%F %T}  {failed.failure}")  # noqa: T201  the answer
    return 0


def _interest(db: Database, *, as_json: bool) -> int:
    report = db.read_sync(own_report)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())  # noqa: T201  the answer
        return 0
    print(f"model in use: {report.model_version or 'none yet'}")  # noqa: T201  the answer
    for name, value in (report.model or {}).items():
        print(f"  {name:<28} {value}")  # noqa: T201  the answer
    print("\nwelcome among what was met (half watched, or liked, kept, shared, opened, bought)")  # noqa: T201  the answer
    for each in report.earned:
        print(f"  {each.version:<48} {each.source:<8} {each.met:>8}  {each.welcome:.3f}")  # noqa: T201  the answer
    print(f"\nslots filled by lot: {report.draws} met; what a policy would have earned in them")  # noqa: T201  the answer
    if not report.estimates:
        print("  too few to say anything")  # noqa: T201  the answer
    for estimate in report.estimates:
        print(  # noqa: T201  the answer
            f"  {estimate.policy:<18} IPS {estimate.ips:.3f}  SNIPS {estimate.snips:.3f} ± {estimate.error:.3f}"
            f"  DR {estimate.dr:.3f}  ({estimate.effective:.0f} draws' worth)"
        )
    return 0


def _audit(db: Database, *, as_json: bool) -> int:
    findings = {name: db.read_sync(run_audit, name=name) for name in registered_audits()}
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(findings), indent=2).decode())  # noqa: T201  the answer
    else:
        for name, finding in findings.items():
            print(f"{finding.violations:>8}  {name}  {finding.what}")  # noqa: T201  the answer
            for example in finding.examples:
                print(f"          {example}")  # noqa: T201  the answer
    return 1 if any(finding.violations for finding in findings.values()) else 0
