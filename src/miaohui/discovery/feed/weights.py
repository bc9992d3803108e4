"""Every number of the feed that can be turned, with its unit and the reason for its value.

A page is ranked by one of two scores on one scale. Until a model has shown on our own log that its chances order
pages better (interest/learned/heads.py), the score is the sum of interest's terms. From then on it is

    score = sum over acts a of  worth(a) P(a | person, clip)        brought to the mean and spread of the sum of terms

and what follows below applies to either.

The engine's own numbers stand in interest/weights.py: a score there is a sum of terms that lie within about
[-1, 1] (similar, content) and [0, 0.35] (popular), which is the scale of the bonus and the penalty here.
"""

import hashlib

import msgspec

from miaohui.discovery.interest.learned.heads import HEADS

DAY_MS = 86_400_000


class FeedWeights(msgspec.Struct, frozen=True, kw_only=True):
    """How candidates become a page. A change alters `version`, which is logged with every served item."""

    # What acts are worth; a clip watched to its end is the unit. Published feeds agree on the order and differ in the
    # numbers: X's ranker of 2023 gave like 0.5, repost 1, reply 13.5, two minutes of attention 11, a click on "not
    # interested" -74 and a report -369; TikTok's of 2021 sums like, comment, play time and play. Ours are nearer to each
    # other, since our chances are smaller where acts are rarer: at usual rates (finish .35, like .04, follow .005,
    # share .005, open .03, buy .003, not interested .01) watching says .35, the other acts .16, being sent away -.08.
    finish: float = 1.0
    # One tap, often out of courtesy.
    like: float = 1.5
    # Somebody wants to meet this author again.
    follow: float = 4.0
    # Brings somebody else.
    share: float = 3.0
    # A look at goods, asked for by hand.
    open: float = 1.5
    # The fair lives on it, yet a clip is not to win by its goods alone: a clip that one in fifty buys from gains .12.
    buy: float = 6.0
    # One that is sent away undoes eight that were watched to their end: it is said rarely, and meant.
    not_interested: float = -8.0

    # Factor on scores that speak for clips of people whom one does not follow, for who follows somebody. X takes 0.75
    # beside its much larger scores; here followed authors have `following_bonus` as well.
    out_of_network: float = 0.9
    # Each further clip of an author on the pages that a session remembers loses up to author_penalty, half of it with
    # the second, three quarters with the third (X: decay 0.5 down to a floor of 0.25 of the score).
    author_penalty: float = 0.3
    author_decay: float = 0.5
    # Of a page at most so many clips carry goods: a fair where every third stand sells is a fair, one where all do is a
    # shop. The mall is beside it. A page goes over it only where nothing else is left.
    commerce_share: float = 0.4

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
    # The same for likeness of words and of watchers, squared, whatever the hashtags: what says the same as the clip
    # before it loses .2, what shares a third of it .02. The greater of both penalties counts.
    likeness_penalty: float = 0.2
    # Of such likeness two clips are copies, and have so many others between them: eight words that are the same, all
    # of them, or forty watchers. Fewer are a habit: today's cat, tomorrow's cat.
    copy_likeness: float = 0.8
    copy_gap: int = 2
    # Best candidates whose vectors are looked at; nobody further down gets onto a page but by lot.
    likeness_candidates: int = 60
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
    # Stands in for author_penalty there.
    shop_penalty: float = 0.05
    # Served goods that a session's cursor carries: people leaf further through a mall than through clips.
    mall_remembered: int = 240
    # Further goods whose cards are read along, for those that were taken out a moment ago.
    mall_spares: int = 12
    # Newest acts of a person that tell which clips were seen longest ago, once all have been seen.
    acts_for_again: int = 5000

    @property
    def head_worth(self) -> dict[str, float]:
        """The worth of each act, by the names of interest/learned/heads.py."""
        return {name: getattr(self, name) for name in HEADS}

    @property
    def version(self) -> str:
        """Eight hex digits that change with any number above."""
        return hashlib.sha256(msgspec.json.encode(msgspec.structs.asdict(self))).hexdigest()[:8]


WEIGHTS = FeedWeights()
