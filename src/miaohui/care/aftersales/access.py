"""Where a case is fetched on somebody's behalf: as its buyer, as its shop's staff, or as an operator."""

from miaohui.care.aftersales.locks import lock_case, lock_dispute
from miaohui.care.aftersales.queries import Case, Dispute, Piece, case_by_id, dispute_of_case, evidence_by_id
from miaohui.care.aftersales.states import Party, Side
from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.merchants.roles import Power
from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.people.accounts.queries import roles_of


def access_case_as_buyer(tx: Tx, *, aftersale_id: int, buyer_id: int) -> Case:
    """Hold a case for its buyer. Raises NotFound for everybody else."""
    found = case_by_id(tx, aftersale_id)
    if found is None or found.buyer_id != buyer_id:
        raise NotFound
    return _locked(tx, aftersale_id)


def access_case_as_shop(tx: Tx, *, aftersale_id: int, account_id: int, to: Power = "service") -> Case:
    """Hold a case for somebody who serves the shop's customers, or ships. Raises NotFound, Forbidden."""
    found = case_by_id(tx, aftersale_id)
    if found is None:
        raise NotFound
    access_shop(tx, shop_id=found.shop_id, account_id=account_id, to=to)
    return _locked(tx, aftersale_id)


def access_case_as_party(tx: Tx, *, aftersale_id: int, account_id: int) -> tuple[Case, Party]:
    """Hold a case for one of its two sides, and tell which it is. Raises NotFound, Forbidden."""
    found = case_by_id(tx, aftersale_id)
    if found is not None and found.buyer_id == account_id:
        return _locked(tx, aftersale_id), "buyer"
    return access_case_as_shop(tx, aftersale_id=aftersale_id, account_id=account_id), "shop"


def access_dispute_as_party(tx: Tx, *, aftersale_id: int, account_id: int) -> tuple[Case, Dispute, Party]:
    """Hold a case and the dispute about it for one of its two sides. Raises NotFound, Forbidden."""
    found, party = access_case_as_party(tx, aftersale_id=aftersale_id, account_id=account_id)
    about = dispute_of_case(tx, aftersale_id=aftersale_id)
    held = None if about is None else lock_dispute(tx, about.id)
    if held is None:
        raise NotFound
    return found, held, party


def access_dispute_as_operator(tx: Tx, *, dispute_id: int, by_id: int) -> Dispute:
    """Hold a dispute for an operator's decision. Raises Forbidden, NotFound."""
    access_operator(tx, by_id)
    found = lock_dispute(tx, dispute_id)
    if found is None:
        raise NotFound
    return found


def see_case(tx: Tx, *, aftersale_id: int, account_id: int) -> tuple[Case, Side]:
    """Return a case to one of its two sides or to an operator, and which of them asks. Raises NotFound, Forbidden."""
    found = case_by_id(tx, aftersale_id)
    if found is None:
        raise NotFound
    if found.buyer_id == account_id:
        return found, "buyer"
    if "operator" in roles_of(tx, account_id):
        return found, "platform"
    try:
        access_shop(tx, shop_id=found.shop_id, account_id=account_id, to="service")
    except Forbidden:
        # Who packs an exchange must know what it is about.
        access_shop(tx, shop_id=found.shop_id, account_id=account_id, to="fulfilment")
    return found, "shop"


def see_evidence(tx: Tx, *, aftersale_id: int, evidence_id: int, account_id: int) -> Piece:
    """Return a piece of evidence to whoever may see its case. Raises NotFound, Forbidden."""
    see_case(tx, aftersale_id=aftersale_id, account_id=account_id)
    found = evidence_by_id(tx, evidence_id)
    if found is None or found.aftersale_id != aftersale_id:
        raise NotFound
    return found


def _locked(tx: Tx, aftersale_id: int) -> Case:
    found = lock_case(tx, aftersale_id)
    if found is None:
        raise NotFound
    return found
