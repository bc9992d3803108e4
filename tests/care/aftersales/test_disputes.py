"""When the two cannot agree, and the platform decides."""

from datetime import timedelta

import pytest

from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.appeal import NothingToAppeal, appeal
from miaohui.care.aftersales.actions.ask_proof import TooManyRounds, ask_proof
from miaohui.care.aftersales.actions.judge import SameJudge, UnfitVerdict, judge
from miaohui.care.aftersales.actions.open_dispute import open_dispute
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.actions.refuse import refuse
from miaohui.care.aftersales.actions.refuse_return import ReturnJudged, refuse_return
from miaohui.care.aftersales.actions.submit_evidence import TooMuchEvidence, submit_evidence
from miaohui.care.aftersales.actions.withdraw_dispute import withdraw_dispute
from miaohui.care.aftersales.events import DisputeMoved
from miaohui.care.aftersales.handlers import erase_own
from miaohui.care.aftersales.moves import CaseMoved
from miaohui.care.aftersales.queries import Case, Dispute, disputes_awaiting_shop, evidence_of_case, moves_of_dispute
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.people.accounts.events import AccountDeleted
from tests.care.counter import PRICE, Counter
from tests.commerce.market import make_operator
from tests.emitted import emitted


@pytest.fixture
def refused(counter: Counter) -> Case:
    """A case that Mei's shop has refused."""
    found = counter.apply(counter.deliver())
    return counter.as_shop(refuse, found, words="使用痕迹")


@pytest.fixture
def about(counter: Counter, refused: Case) -> Dispute:
    return counter.as_buyer(open_dispute, refused, words="到手就是坏的")


def show(counter: Counter, found: Case, who: int) -> None:
    counter.db.write_sync(submit_evidence, aftersale_id=found.id, account_id=who, file=None, words="看这里")


def test_judged_for_the_buyer_and_nobody_appeals(counter: Counter, refused: Case, about: Dispute):
    judged = counter.as_operator(judge, about, verdict="buyer", words="凭证清楚")
    assert (judged.state, judged.awarded_minor) == ("judged", PRICE)
    counter.wait(days=2, hours=23)
    assert counter.refund(refused) is None
    counter.wait(hours=1)

    assert counter.states(refused)[-3:] == [
        "disputed by buyer",
        "platform_refunding by clock",
        "refunded by provider",
    ]
    assert [event.to_state for event in emitted(counter.db, DisputeMoved)] == ["open", "judged", "final"]
    assert counter.broken_promises() == []


def test_judged_for_the_seller(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="seller", words="没有凭证")
    counter.wait(days=3)
    assert counter.case(refused.id).state == "closed"
    assert counter.refund(refused) is None
    assert counter.broken_promises() == []


def test_a_split_leaves_the_goods_where_they_are(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="split", awarded_minor=5_000, words="各一半")
    counter.wait(days=3)
    ended = counter.case(refused.id)
    assert (ended.state, ended.agreed_minor, ended.quantity) == ("refunded", 5_000, 0)
    assert counter.line(refused.order_line_id).refunded_quantity == 0
    assert counter.broken_promises() == []


def test_an_appeal_is_heard_once_and_is_the_last_word(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="seller", words="没有凭证")
    counter.db.write_sync(appeal, aftersale_id=refused.id, account_id=counter.buyer, words="有新的视频")
    counter.wait(days=5)
    assert counter.dispute(refused).state == "appealed"

    final = counter.as_operator(judge, about, verdict="buyer", words="视频为证")
    assert (final.state, final.appealed_by) == ("final", "buyer")
    counter.settle_down()
    assert counter.case(refused.id).state == "refunded"
    with pytest.raises(CaseMoved):
        counter.db.write_sync(appeal, aftersale_id=refused.id, account_id=counter.seller, words="不服")
    assert counter.broken_promises() == []


def test_who_has_got_all_cannot_appeal(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="buyer", words="凭证清楚")
    with pytest.raises(NothingToAppeal):
        counter.db.write_sync(appeal, aftersale_id=refused.id, account_id=counter.buyer, words="还要更多")
    assert (
        counter.db.write_sync(appeal, aftersale_id=refused.id, account_id=counter.seller, words="x").state == "appealed"
    )


def test_a_round_ends_when_all_who_were_asked_have_answered(counter: Counter, refused: Case, about: Dispute):
    show(counter, refused, counter.buyer)
    counter.clock.advance(timedelta(minutes=1))
    counter.as_operator(ask_proof, about, proof_from="both", words="请各自举证")
    awaited = {"shop_id": refused.shop_id, "limit": 9}
    assert [one.id for one in counter.db.read_sync(disputes_awaiting_shop, **awaited)] == [about.id]
    show(counter, refused, counter.seller)
    assert counter.dispute(refused).state == "wait_proof"
    with pytest.raises(CaseMoved):
        counter.as_operator(judge, about, verdict="buyer", words="x")
    counter.clock.advance(counter.dispute(refused).deadline_at - counter.clock.now())
    show(counter, refused, counter.buyer)
    assert counter.dispute(refused).state == "ready"
    counter.settle_down()
    assert counter.dispute(refused).state == "ready"


def test_a_round_ends_without_what_nobody_showed(counter: Counter, refused: Case, about: Dispute):
    for _ in range(3):
        counter.as_operator(ask_proof, about, proof_from="shop", words="请商家举证")
        counter.wait(days=3)
        assert counter.dispute(refused).state == "ready"
    with pytest.raises(TooManyRounds):
        counter.as_operator(ask_proof, about, proof_from="shop", words="再来")
    assert counter.as_operator(judge, about, verdict="buyer", words="商家未举证").state == "judged"


@pytest.mark.parametrize(
    ("verdict", "amount"), [("split", None), ("split", PRICE), ("buyer", PRICE + 1), ("seller", 1), ("split", 0)]
)
def test_amounts_fit_their_verdict(counter: Counter, about: Dispute, verdict: str, amount: int | None):
    with pytest.raises(UnfitVerdict):
        counter.as_operator(judge, about, verdict=verdict, awarded_minor=amount, words="x")


def test_the_buyer_may_give_up(counter: Counter, refused: Case, about: Dispute):
    with pytest.raises(Forbidden):
        counter.db.write_sync(withdraw_dispute, aftersale_id=refused.id, buyer_id=counter.seller)
    counter.as_buyer(withdraw_dispute, refused)
    assert (counter.case(refused.id).state, counter.dispute(refused).state) == ("closed", "withdrawn")
    with pytest.raises(CaseMoved):
        counter.as_operator(judge, about, verdict="buyer", words="x")
    assert counter.broken_promises() == []


def test_only_operators_judge_and_only_the_sides_show(counter: Counter, refused: Case, about: Dispute):
    for who in (counter.buyer, counter.seller, counter.cast.ines):
        with pytest.raises(Forbidden):
            counter.db.write_sync(judge, dispute_id=about.id, by_id=who, verdict="buyer", words="x")
    for who in (counter.cast.ines, counter.operator):
        with pytest.raises(NotFound):
            show(counter, refused, who)


def test_nobody_shows_without_end(counter: Counter, refused: Case):
    for _ in range(12):
        show(counter, refused, counter.buyer)
    with pytest.raises(TooMuchEvidence):
        show(counter, refused, counter.buyer)
    show(counter, refused, counter.seller)


def test_the_platform_is_called_within_seven_days_and_once(counter: Counter, refused: Case):
    counter.wait(days=7)
    with pytest.raises(CaseMoved):
        counter.as_buyer(open_dispute, refused, words="太晚了")


def test_the_goods_go_back_first_where_the_judgement_says_so(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="buyer", words="先退货", goods_first=True)
    counter.wait(days=3)
    assert counter.states(refused)[-1] == "wait_return by clock"
    assert counter.refund(refused) is None

    counter.as_buyer(post_return_waybill, refused, carrier="sandbox")
    with pytest.raises(ReturnJudged):
        counter.as_shop(refuse_return, refused, words="不要")
    counter.as_shop(accept_return, refused, resaleable=True)
    counter.dispatch()

    paid = counter.refund(refused)
    assert paid is not None
    assert paid.amount_minor == PRICE
    assert counter.broken_promises() == []


def test_goods_that_never_come_back_are_not_paid(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="buyer", words="先退货", goods_first=True)
    counter.wait(days=3)
    counter.wait(days=8)

    assert counter.case(refused.id).state == "closed"
    assert counter.refund(refused) is None


def test_goods_do_not_go_back_from_who_keeps_or_never_had_them(counter: Counter, refused: Case, about: Dispute):
    with pytest.raises(UnfitVerdict):
        counter.as_operator(judge, about, verdict="seller", words="x", goods_first=True)
    unsent = counter.as_shop(refuse, counter.apply(counter.sell()), words="x")
    other = counter.as_buyer(open_dispute, unsent, words="x")
    with pytest.raises(UnfitVerdict):
        counter.as_operator(judge, other, verdict="buyer", words="x", goods_first=True)


def test_an_appeal_is_another_operators_where_there_is_one(counter: Counter, refused: Case, about: Dispute):
    counter.as_operator(judge, about, verdict="seller", words="没有凭证")
    counter.db.write_sync(appeal, aftersale_id=refused.id, account_id=counter.buyer, words="有的")
    make_operator(counter.db, counter.cast.omar)

    with pytest.raises(SameJudge):
        counter.as_operator(judge, about, verdict="seller", words="还是没有")

    again = counter.db.write_sync(judge, dispute_id=about.id, by_id=counter.cast.omar, verdict="buyer", words="有")
    assert (again.state, again.judged_by) == ("final", counter.cast.omar)


def test_who_leaves_takes_words_and_pictures_along(counter: Counter, refused: Case, about: Dispute):
    counter.blobs.put("private/evidence/9/photo-1440.webp", b"a photo", "image/webp")
    shown = {"file": "private/evidence/9/photo", "words": "我家的门牌号"}
    counter.db.write_sync(submit_evidence, aftersale_id=refused.id, account_id=counter.buyer, **shown)
    show(counter, refused, counter.seller)

    counter.db.write_sync(lambda tx: erase_own(tx, AccountDeleted(account_id=counter.buyer)))
    counter.dispatch()
    counter.wait(minutes=1)

    pieces = counter.db.read_sync(evidence_of_case, aftersale_id=refused.id)
    assert [(piece.by_side, piece.file, piece.words) for piece in pieces] == [
        ("buyer", None, ""),
        ("shop", None, "看这里"),
    ]
    assert counter.blobs.keys("private/evidence/9") == []
    assert counter.case(refused.id).words == ""
    kept = [one.words for one in counter.db.read_sync(moves_of_dispute, dispute_id=about.id)]
    assert "到手就是坏的" not in kept
