"""What happens to goods."""

from miaohui.kit.outbox import Event


class ProductListed(Event, frozen=True, kw_only=True):
    """A product can be found and bought from now on."""

    product_id: int
    shop_id: int
    category_id: int


class ProductChanged(Event, frozen=True, kw_only=True):
    """A listed product's words, pictures, variants or prices are no longer what they were."""

    product_id: int
    shop_id: int


class ProductDelisted(Event, frozen=True, kw_only=True):
    """A product can be found and bought no more, for a while or for good."""

    product_id: int
    shop_id: int
