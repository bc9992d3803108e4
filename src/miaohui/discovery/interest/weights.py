"""Every number that can be turned, with its unit and the reason for its value.

`Memory` shapes what is remembered; a snapshot made under one Memory cannot be read under another.
`Blend` shapes how memory becomes a score; it may change between two requests.
What each act is worth stands in actions.py.
"""

import hashlib

import msgspec

from miaohui.discovery.interest.actions import WORTH

DAY_MS = 86_400_000


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """How the past is kept."""

    # Half-lives of the histories, in clips acted upon: the last one, a sitting's turn, a sitting, a week or so.
    half_lives_clips: tuple[float, ...] = (1.0, 3.0, 12.0, 50.0)
    # One more history fades by the wall clock: who comes back after three days starts half fresh.
    half_life_ms: float = 3.0 * DAY_MS
    # Stated wishes ("fewer like this", follow) fade by months, since the person was sure when pressing.
    wish_half_life_ms: float = 30.0 * DAY_MS

    # Rows per person; 20, 19 and 7 bytes each at rest, so that three full histories take 2.8 KB.
    items_per_person: int = 64
    tokens_per_person: int = 64
    wishes_per_person: int = 48
    # Clips remembered as seen, one or two bytes each; the oldest quarter is forgotten when full.
    seen_per_person: int = 4096
    # The most that one person's acts on one clip may add up to, either way, in units of actions.py.
    say_per_clip: float = 4.0

    # Dwell: how many imagined watchers the prior curve counts for in each duration bucket.
    dwell_prior_watches: float = 200.0
    # Habit: imagined watches at the median before a person's own, and the span of the running mean.
    habit_prior_watches: float = 10.0
    habit_span_watches: float = 60.0

    # Which of half_lives_clips weighs the earlier clips that a vote is paired with: 3 clips. What follows closely
    # tells most (MovieLens-1M as a stream, a third of the people: HR@10 .260 with 3 clips, .247 with 12).
    pair_horizon: int = 1
    # How many of them; after 16 clips less than a fortieth of the weight is left.
    pair_partners: int = 16
    # Neighbour rows grow through these widths; the last is the bound (8 bytes a neighbour).
    neighbour_widths: tuple[int, ...] = (16, 64, 300)

    # Distinct tokens kept of a caption, first come first kept; 4 bytes each for every clip.
    tokens_per_item: int = 24
    # The author counts as one more token of the clip, at this part of its weight.
    author_token: float = 0.5
    # Newest clips a token's posting list keeps.
    postings_per_token: int = 512

    # Popularity halves in three days, so that a week-old hit makes room.
    popularity_half_life_ms: float = 3.0 * DAY_MS
    # First meetings that a clip needs before its rate is half believed.
    popularity_prior_meetings: float = 10.0
    # Clips held on the popularity board.
    board_size: int = 512

    # First meetings promised to every new clip through exploration.
    exploration_budget: int = 30


class Blend(msgspec.Struct, frozen=True, kw_only=True):
    """How memory becomes a score: score = similar + content + popular + fresh, each a weight times a bounded term."""

    # Item-item similarity to what was watched, a value in about [-1, 1].
    similar: float = 1.0
    # Cosine of the person's tokens and the clip's tokens, in [-1, 1].
    content: float = 1.0
    # Stated wishes against the clip's tokens. Above `content`, so that "fewer like this" wins over any watching.
    wish: float = 2.0
    # Share of first meetings that ended well, in [0, 1]: carries a newcomer, then breaks ties.
    popular: float = 0.35
    # 1 when just published, half after `fresh_half_life_ms`.
    fresh: float = 0.05
    fresh_half_life_ms: float = 2.0 * DAY_MS

    # Share of each history in the whole: 1, 3, 12, 50 clips, 3 days. Short ones carry the claim "at the next page".
    item_horizons: tuple[float, ...] = (0.35, 0.30, 0.20, 0.10, 0.05)
    token_horizons: tuple[float, ...] = (0.15, 0.25, 0.30, 0.20, 0.10)
    # A history counts fully only when its length (root of squares) is well above this: one clip is not an interest.
    history_prior: float = 0.8
    # What is thrown away tells less about the rest than what is watched.
    dislike: float = 0.7

    # Added to the geometric mean of two clips' votes: a pair seen together once is a rumour.
    similarity_shrinkage: float = 3.0
    # Candidates taken by each source.
    similar_candidates: int = 200
    content_candidates: int = 240
    content_tokens: int = 12
    popular_candidates: int = 150
    fresh_candidates: int = 100
    # Newest clips with budget left that one exploration draw chooses from.
    exploration_window: int = 256
    # Chance of a fresh clip rises by e for each 1/exploration_focus of content score.
    exploration_focus: float = 5.0


def fingerprint(*parts: msgspec.Struct) -> str:
    """Eight hex digits that change with any number in `parts` or in the worth of an act."""
    encoded = msgspec.json.encode([msgspec.to_builtins(part) for part in parts] + [msgspec.to_builtins(WORTH)])
    return hashlib.sha256(encoded).hexdigest()[:8]
