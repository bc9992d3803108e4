"""What every bank must do."""

import pytest

from miaohui.kit.db import Database
from miaohui.money.settlement.banks import Bank, BankUnreachable, SandboxBank, Transfer, TransferResult
from tests.at_once import at_once

ORDER = Transfer(out_no="po1", amount_minor=600, currency="CNY", bank_account="6222 0212")


@pytest.fixture(params=["sandbox"])
def bank(db: Database) -> Bank:
    return SandboxBank(db)


def variant(**changes: object) -> Transfer:
    fields = {name: getattr(ORDER, name) for name in Transfer.__struct_fields__}
    return Transfer(**{**fields, **changes})


def test_the_same_order_gets_the_same_answer(bank: Bank):
    assert at_once([lambda: bank.transfer(ORDER)] * 4) == [TransferResult()] * 4
    closed = variant(out_no="po2", bank_account="6222 0000")
    assert [bank.transfer(closed).failure for _ in range(2)] == ["the account is closed"] * 2


@pytest.mark.parametrize("change", [{"amount_minor": 601}, {"currency": "JPY"}, {"bank_account": "6222 0213"}])
def test_a_known_number_with_another_order_is_refused(bank: Bank, change: dict[str, object]):
    bank.transfer(ORDER)
    with pytest.raises(ValueError, match="po1"):
        bank.transfer(variant(**change))


def test_an_answer_that_got_lost_can_be_asked_for(bank: Bank):
    lost = variant(bank_account="6222 9999")
    with pytest.raises(BankUnreachable):
        bank.transfer(lost)
    assert bank.transfer(lost) == TransferResult()
