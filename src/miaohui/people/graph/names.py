"""How names are compared and found: folded, and cut into pieces of one and two characters.

Pieces find "梅" in 阿梅, which a word index would not, and are the same rows in both databases. A single
Latin letter is in half of all names and finds nobody.
"""

import unicodedata

MOST_ASKED = 48
"""Characters of a question that are looked at; a nickname and a handle have 24 at most."""


def fold_name(text: str) -> str:
    """Return the form in which names are compared: no regard to case, width, or spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isprintable() and not character.isspace())


def pieces_of(folded: str) -> frozenset[str]:
    """Return all that a name can be found by: its pairs, and its single characters beyond ASCII."""
    singles = (character for character in folded if not character.isascii())
    return frozenset([*singles, *_pairs(folded)])


def pieces_to_find(folded: str) -> list[str]:
    """Return the pieces that a name with `folded` in it has for sure; none if that would be half of all names."""
    if len(folded) == 1:
        return [] if folded.isascii() else [folded]
    return sorted(set(_pairs(folded)))


def _pairs(folded: str) -> list[str]:
    return [folded[at : at + 2] for at in range(len(folded) - 1)]
