"""What people do, and how much each act says about their interest.

An act is worth a number: +1 is a clip watched longer than the person would watch any other, -1 one thrown away
at once. Everything else is scaled to that. The numbers are judgements, argued here and nowhere else; a trained
head may replace them when there is traffic to train on.
"""

import msgspec


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One act of one person on one item.

    dwell_ms: time on screen and in focus; may be missing, absurd or NaN (dwell.py decides what it is worth).
    duration_ms: length of the clip as the player knew it; 0 when unknown, then the catalogue's figure counts.
    at_ms: ms since the epoch. The caller bounds it by its own clock: popularity is shared, and one act dated
    next year would fade everybody's votes. An act dated earlier than the last one counts as simultaneous.
    """

    person_id: int
    item_id: int
    kind: str
    at_ms: int
    dwell_ms: float | None = None
    duration_ms: float = 0


class Worth(msgspec.Struct, frozen=True):
    """What one kind of act says.

    interest: added to the histories of the item and of its tokens.
    author: added to the history of the author alone.
    wish: added to the person's stated wishes, which fade by weeks and outlast whatever is watched meanwhile.
    measured: the worth comes from the dwell instead, at most `ceiling`.
    hides: the item is never offered to this person again.
    """

    interest: float = 0.0
    author: float = 0.0
    wish: float = 0.0
    author_wish: float = 0.0
    measured: bool = False
    ceiling: float = 1.0
    hides: bool = False


WORTH: dict[str, Worth] = {
    # Being shown is not an act of the person; it marks the clip as seen and spends its exploration budget.
    "impression": Worth(),
    "dwell": Worth(measured=True),
    # The hand moved on. Sent beside or instead of the dwell, it can lower the measure, never speak for the clip.
    "swipe_away": Worth(measured=True, ceiling=0.0),
    # The dwell of the same clip already says most of it.
    "finish": Worth(interest=0.5),
    # Nobody watches twice by accident.
    "replay": Worth(interest=1.0),
    # One tap, often given out of courtesy: more than any dwell, less than keeping.
    "like": Worth(interest=1.5),
    "unlike": Worth(interest=-1.5),
    # Kept for later: the person expects to want it again.
    "favourite": Worth(interest=2.0),
    "unfavourite": Worth(interest=-2.0),
    # May be an objection as well as praise, yet it is attention.
    "comment": Worth(interest=1.5),
    # Puts the person's own name to it.
    "share": Worth(interest=2.0),
    # Goods. A look closer is asked for by hand: as clear as watching twice, and as cheap.
    "open_product": Worth(interest=1.0),
    # Meant to be bought: what keeping is for clips.
    "add_to_cart": Worth(interest=2.0),
    # Paid for. Nothing says more, yet say_per_clip bounds what one thing may say with all that led to it.
    "buy": Worth(interest=3.0),
    # Sent back, or never sent: the purchase is taken back, the look that led to it was one.
    "refund": Worth(interest=-3.0),
    # About the author first; the clip was only the occasion.
    "follow_author": Worth(interest=0.5, author=2.0, author_wish=0.5),
    # "Not this one": this clip goes, its kind steps back.
    "not_interested": Worth(interest=-2.0, wish=-0.5, hides=True),
    # "Not this kind": said of the topic and remembered for weeks.
    "fewer_like_this": Worth(interest=-3.0, wish=-1.5, hides=True),
}
