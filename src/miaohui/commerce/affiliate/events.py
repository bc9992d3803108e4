"""What shops offer to whoever sells their goods."""

from miaohui.kit.outbox import Event


class CommissionOffered(Event, frozen=True, kw_only=True):
    """A shop offers a commission on a product, or another rate than before."""

    product_id: int
    shop_id: int
    rate_bp: int
