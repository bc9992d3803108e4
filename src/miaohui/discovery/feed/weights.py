"""Every number of the feed that can be turned, with its unit and the reason for its value.

The engine's own numbers stand in interest/weights.py: a score there is a sum of terms that lie within about
[-1, 1] (similar, content) and [0, 0.35] (popular), which is the scale of the bonus and the penalty here.
"""

import hashlib

import msgspec

from miaohui.discovery.interest.learned.heads import HEADS

DAY_MS = 86_400_000


class FeedWeights(msgspec.Struct, frozen=True, kw_only=True):
    """How candidates become a page. A change alters `version`, which is logged with every served item."""

    # Candidates asked of the engine: fifteen pages' worth, so that filters and spacing have something to choose from.
    candidates: int = 300
    # Newest clips of followed authors that compete in For You, and how old they may be.
    following_candidates: int = 60
    following_max_age_ms: int = 14 * DAY_MS
    # Added to the score of a followed author's clip: as much as a clear, not overwhelming interest in its topic.
    following_bonus: float = 0.3

    # Share of slots filled by the exploration draw: one in ten finds new clips their first viewers.
    explore_share: float = 0.1

    # Clips of others between two of one author.
    author_gap: int = 3
    # Taken from the score for each unit of a topic's presence on the page so far. Two clips of a topic in a row
    # cost the third 0.15 * 1.7: a mild interest gives way, a strong one holds.
    topic_penalty: float = 0.15
    # What is left of a topic's presence after each further slot, and its upper bound.
    topic_fading: float = 0.7
    topic_presence_max: float = 2.0
    # Served items that a session's cursor carries and does not serve again (9 bytes each in the address).
    remembered_served: int = 60
    # The mall. Clips (or goods) that somebody must have acted upon before its page is chosen for them.
    mall_personal_from: int = 3
    # Goods asked of the engine; a page needs twenty, and what was served before is left out of these.
    mall_candidates: int = 200
    # Added to the score of goods that a clip carries, for each unit that the clip weighs in the person's taste
    # (0 to about 0.6): the nearest way from what one lingers on to what one may buy.
    carried_bonus: float = 1.0
    # Clips of a person's taste whose goods are looked at.
    carried_clips: int = 40
    # Goods of others between two of one shop; a shop is not an author whom one has just heard.
    shop_gap: int = 1
    # Served goods that a session's cursor carries: people leaf further through a mall than through clips.
    mall_remembered: int = 240
    # Further goods whose cards are read along, for those that were taken out a moment ago.
    mall_spares: int = 12
    # Newest acts of a person that tell which clips were seen longest ago, once all have been seen.
    acts_for_again: int = 5000

    # What each act is worth in the sum of chances that a page is ranked by (head_worth). A finish is the unit.
    finish: float = 1.0
    like: float = 1.5
    follow: float = 4.0
    share: float = 3.0
    open: float = 1.5
    buy: float = 6.0
    not_interested: float = -8.0

    def head_worth(self) -> dict[str, float]:
        """The worth of each act by the names of interest/learned/heads.py."""
        return {name: getattr(self, name) for name in HEADS}

    @property
    def version(self) -> str:
        """Eight hex digits that change with any number above."""
        return hashlib.sha256(msgspec.json.encode(msgspec.structs.asdict(self))).hexdigest()[:8]


WEIGHTS = FeedWeights()
