"""What the worker takes from the reactions: their part of a person's copy of their data."""

from miaohui.media.reactions.own_export import favourites_for_export, likes_for_export, shares_for_export
from miaohui.people.accounts.export import contribute

contribute("likes", rows=likes_for_export)
contribute("favourites", rows=favourites_for_export)
contribute("shares", rows=shares_for_export)
