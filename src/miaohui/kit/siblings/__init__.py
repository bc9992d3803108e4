"""The other web processes of the same town: who is connected there, what passes between them, who does what one does."""

from miaohui.kit.siblings.contract import Hear, NoSiblings, Siblings
from miaohui.settings import Settings

__all__ = ["Hear", "NoSiblings", "Siblings", "open_siblings"]


def open_siblings(settings: Settings) -> Siblings:
    """Return what the settings ask for; nothing connects before it is started."""
    if not settings.redis_url:
        return NoSiblings()
    # Only here, because redis is an extra that a machine of one's own does without.
    from miaohui.kit.siblings.redis_siblings import RedisSiblings

    return RedisSiblings(settings.redis_url)
