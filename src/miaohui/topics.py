"""Which topics the sockets may ask for, and who may hear them."""

from miaohui.kit.realtime import Realtime


def register_topics(realtime: Realtime) -> None:
    """Register every topic of the product."""
