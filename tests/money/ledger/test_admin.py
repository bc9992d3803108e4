"""An operator checks the books from the command line."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from miaohui import cli
from miaohui.kit.db import open_database
from miaohui.money.ledger import accounts
from miaohui.money.ledger.tables import ledger_account
from tests.money.settlement.stall import PROMOTER, Stall


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MIAOHUI_DATABASE_URL", raising=False)
    assert cli.main(["admin", "--data", str(tmp_path), "jobs"]) == 0
    return tmp_path


def audit(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, object]]]:
    capsys.readouterr()
    status = cli.main(["admin", "--data", str(folder), "audit", "--json"])
    return status, msgspec.json.decode(capsys.readouterr().out)


def test_the_audit_tells_by_its_status(folder: Path, capsys: pytest.CaptureFixture[str]):
    database = open_database(f"sqlite:///{next(folder.glob('*.db'))}")
    stall = Stall(database)
    # A provider's account is held against its payments, and there are none.
    stall.paid_from = accounts.bank()
    stall.sell(1)
    stall.settle(1)
    status, findings = audit(folder, capsys)
    assert status == 0
    assert {finding["violations"] for finding in findings.values()} == {0}
    assert all(finding["what"] for finding in findings.values())

    lost = sa.update(ledger_account).where(ledger_account.c.code == PROMOTER).values(balance_minor=1)
    database.write_sync(lambda tx: tx.execute(lost))
    database.close()

    status, findings = audit(folder, capsys)
    assert status == 1
    found = findings["ledger.balances_match_postings"]
    assert found["violations"] == 1
    assert found["examples"] == [{"code": PROMOTER, "currency": "CNY", "balance_minor": 1, "posted_minor": 800}]
    assert cli.main(["admin", "--data", str(folder), "audit"]) == 1
    assert "balances_match_postings" in capsys.readouterr().out


def test_the_ledger_is_exported(folder: Path, capsys: pytest.CaptureFixture[str]):
    database = open_database(f"sqlite:///{next(folder.glob('*.db'))}")
    Stall(database).sell(1)
    database.close()
    capsys.readouterr()
    assert cli.main(["admin", "--data", str(folder), "ledger-export"]) == 0
    assert "  Liabilities:Escrow:7301  -100.00 CNY" in capsys.readouterr().out.splitlines()
