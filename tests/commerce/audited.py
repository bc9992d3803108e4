"""Whether every promise of some domains holds."""

import miaohui.commerce.inventory.audits
import miaohui.commerce.promotions.audits  # noqa: F401
from miaohui.kit.audits import Finding, registered_audits, run_audit
from miaohui.kit.db import Database


def violations(db: Database, *domains: str) -> dict[str, Finding]:
    """Return what the audits of these domains have found; nothing is what a test wants."""
    names = [name for name in registered_audits() if name.partition(".")[0] in domains]
    assert names, f"nobody audits {domains}"
    findings = {name: db.read_sync(run_audit, name=name) for name in names}
    return {name: finding for name, finding in findings.items() if finding.violations}
