"""Make a coupon template, change it while nobody has seen it, and open, pause or end it."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.promotions.access import access_offers, access_template
from miaohui.commerce.promotions.moves import OfferNotInState, move_template, record_offer
from miaohui.commerce.promotions.offer_forms import InvalidOffer, TemplateForm, check_template
from miaohui.commerce.promotions.queries import Template, template_by_id
from miaohui.commerce.promotions.states import TemplateState
from miaohui.commerce.promotions.tables import coupon_template
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import new_id


def create_template(tx: Tx, *, shop_id: int | None, form: TemplateForm, by_id: int) -> Template:
    """Make a draft for a shop, or with None for the platform. Raises NotFound, Forbidden, InvalidOffer."""
    access_offers(tx, shop_id=shop_id, by_id=by_id)
    check_template(form, shop_id=shop_id)
    template_id = new_id()
    made = {"id": template_id, "shop_id": shop_id, "state": "draft", "created_by": by_id, "created_at": tx.now}
    tx.execute(sa.insert(coupon_template).values(**made, granted=0, used=0, **_values(form)))
    record_offer(tx, template_id, old=None, new="draft", reason="created", by_id=by_id)
    return _stored(tx, template_id)


def change_template(tx: Tx, *, template_id: int, shop_id: int | None, form: TemplateForm, by_id: int) -> Template:
    """Replace a draft. What people hold keeps its promise, so an open template only moves from state to state.

    Raises NotFound, Forbidden, InvalidOffer, OfferNotInState.
    """
    found = access_template(tx, template_id=template_id, shop_id=shop_id, by_id=by_id)
    check_template(form, shop_id=shop_id)
    draft = sa.and_(coupon_template.c.id == template_id, coupon_template.c.state == "draft")
    if not tx.changed(sa.update(coupon_template).where(draft).values(**_values(form))):
        raise OfferNotInState(state=found.state)
    return _stored(tx, template_id)


def set_template_state(tx: Tx, *, template_id: int, shop_id: int | None, state: TemplateState, by_id: int) -> Template:
    """Open, pause or end a template; where it is already changes nothing.

    Raises NotFound, Forbidden, InvalidOffer for one that would open after its end, OfferNotInState.
    """
    found = access_template(tx, template_id=template_id, shop_id=shop_id, by_id=by_id)
    if found.state == state:
        return found
    if state == "active" and found.ends_at <= tx.now:
        raise InvalidOffer("An offer ends after it begins.")
    move_template(tx, template_id, old=found.state, new=state, reason="by hand", by_id=by_id)
    return _stored(tx, template_id)


def _values(form: TemplateForm) -> dict[str, Any]:
    values = {field: getattr(form, field) for field in form.__struct_fields__ if field != "bearers"}
    bearers = {field: getattr(form.bearers, field) for field in form.bearers.__struct_fields__}
    return {**values, **bearers, "name": form.name.strip()}


def _stored(tx: Tx, template_id: int) -> Template:
    found = template_by_id(tx, template_id)
    if found is None:
        raise NotFound
    return found
