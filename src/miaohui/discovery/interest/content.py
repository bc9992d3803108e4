"""Content: items as unit vectors over the tokens of their captions, so that a clip without one view can be found.

With N items, of which df(t) carry token t, a token weighs

    omega(t) = log((N + 1) / df(t)) * (1 - 1 / df(t))

the usual inverse document frequency (Sparck Jones, 1972) times a correction: a token of one clip alone connects
it with nothing, and would only shorten what the clip shares with others. The vector of item i is

    x_i[t] = omega(t) / sqrt(sum over t' in i of omega(t')^2)           for the tokens of i, else 0

Tokens are those of the caller (words, hashtags), each counted once; the author is one token more, at a part of
its weight. Weights are computed when read, since each new clip changes them; stored are only counts.
Postings lead from a token to its newest items and are bounded: a frequent token must not cost a scan. Each kind of
item has postings of its own, lest a hundred thousand clips push a hundred goods out of them; weights are counted over
all kinds, since it is by its words that a clip speaks for goods.
"""

import math
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from miaohui.discovery.interest.arrays import NO_SLOTS, Floats, Slots, with_room
from miaohui.discovery.interest.weights import Memory

NO_TOKEN = 0  # pads short rows; weighs nothing
AUTHOR = 0  # column of the author's token


class Content:
    """tokens: (n_items, 1 + tokens_per_item) int32 token slots, author first, padded with NO_TOKEN.

    labels: by token slot the caller's string, or the author's id for author tokens.
    company (n_vocabulary,) = 1 - 1/df and company_log_df = company * log(df), so that
    omega = log(N + 1) * company - company_log_df without a logarithm per read.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.n_items = 0
        self.labels: list[str | int] = [""]
        self.token_slots: dict[str | int, int] = {"": NO_TOKEN}
        # By number of the kind, then by token.
        self.postings: list[dict[int, array[int]]] = []
        self.tokens: Slots = np.zeros((0, 1 + memory.tokens_per_item), dtype=np.int32)
        self.df = np.zeros(1, dtype=np.int32)
        self.is_author = np.zeros(1, dtype=bool)
        self.company: Floats = np.zeros(1)
        self.company_log_df: Floats = np.zeros(1)

    def put(self, slot: int, *, author_id: int, tokens: Sequence[str], kind: int = 0) -> None:
        """This will index the item under its first distinct tokens and its author, among those of its kind."""
        words = [word for word in dict.fromkeys(tokens) if word][: self.memory.tokens_per_item]
        row = [self._slot_of(author_id), *(self._slot_of(word) for word in words)]
        self.tokens = with_room(self.tokens, slot + 1)
        self.tokens[slot] = NO_TOKEN
        self.tokens[slot, : len(row)] = row
        self.n_items += 1
        while len(self.postings) <= kind:
            self.postings.append({})
        for token in row:
            self._count(token, 1)
            posting = self.postings[kind].setdefault(token, array("i"))
            posting.append(slot)
            # Cut at twice the bound, so that appending stays cheap.
            if len(posting) >= 2 * self.memory.postings_per_token:
                del posting[: self.memory.postings_per_token]

    def drop(self, slot: int) -> None:
        """This will take the item out of the postings and the counts."""
        for token in self.tokens_of(slot).tolist():
            self._count(token, -1)
            for postings in self.postings:
                posting = postings.get(token)
                if posting is not None and slot in posting:
                    posting.remove(slot)
        self.tokens[slot] = NO_TOKEN
        self.n_items -= 1

    def tokens_of(self, slot: int) -> Slots:
        """The item's token slots (n,), author first."""
        row: Slots = self.tokens[slot]
        used: Slots = row[row != NO_TOKEN]
        return used

    def omega(self, tokens: Slots) -> Floats:
        """Weights of tokens, any shape; an author's token weighs its part."""
        weights = math.log(self.n_items + 1) * self.company[tokens] - self.company_log_df[tokens]
        return np.where(self.is_author[tokens], self.memory.author_token * weights, weights)

    def vectors(self, slots: Slots) -> tuple[Slots, Floats]:
        """The unit vectors of items (n,) as (token slots, values), each of shape (n, 1 + tokens_per_item).

        A clip that shares no token with any other has the zero vector.
        """
        tokens: Slots = self.tokens[slots]
        values = math.log(self.n_items + 1) * self.company[tokens] - self.company_log_df[tokens]
        values[:, AUTHOR] *= self.memory.author_token
        length = np.sqrt((values * values).sum(axis=1, keepdims=True))
        return tokens, np.divide(values, length, out=np.zeros_like(values), where=length > 0)

    def newest(self, token: int, kind: int = 0) -> Slots:
        """The newest items of the kind that carry the token, oldest first, at most postings_per_token."""
        posting = self.postings[kind].get(token) if kind < len(self.postings) else None
        if not posting:
            return NO_SLOTS
        # Copied, because an array cannot grow while a view of it lives.
        return np.frombuffer(posting, dtype=np.int32)[-self.memory.postings_per_token :].copy()

    def state(self, n_items: int) -> dict[str, Any]:
        return {
            "n_items": self.n_items,
            "labels": self.labels,
            "tokens": self.tokens[:n_items],
            "df": self.df[: len(self.labels)],
            "postings": [
                {
                    "tokens": np.array(list(postings), dtype=np.int32),
                    "lengths": np.array([len(posting) for posting in postings.values()], dtype=np.int64),
                    "slots": b"".join(posting.tobytes() for posting in postings.values()),
                }
                for postings in self.postings
            ],
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.n_items, self.labels = state["n_items"], state["labels"]
        self.tokens, self.df = state["tokens"], state["df"]
        self.is_author = np.array([isinstance(label, int) for label in self.labels])
        self.token_slots = {label: slot for slot, label in enumerate(self.labels)}
        self.postings = [_restored_postings(kept) for kept in state["postings"]]
        self.company, self.company_log_df = np.zeros(len(self.df)), np.zeros(len(self.df))
        for token in range(len(self.labels)):
            self._weigh(token)

    def _slot_of(self, label: str | int) -> int:
        slot = self.token_slots.get(label)
        if slot is None:
            slot = self.token_slots[label] = len(self.labels)
            self.labels.append(label)
            self.df = with_room(self.df, slot + 1)
            self.is_author = with_room(self.is_author, slot + 1)
            self.company = with_room(self.company, slot + 1)
            self.company_log_df = with_room(self.company_log_df, slot + 1)
            self.is_author[slot] = isinstance(label, int)
        return slot

    def _count(self, token: int, change: int) -> None:
        self.df[token] += change
        self._weigh(token)

    def _weigh(self, token: int) -> None:
        df = int(self.df[token])
        self.company[token] = 1.0 - 1.0 / df if df > 1 else 0.0
        self.company_log_df[token] = self.company[token] * math.log(df) if df > 1 else 0.0


def _restored_postings(kept: dict[str, Any]) -> "dict[int, array[int]]":
    ends = (np.cumsum(kept["lengths"]) * array("i").itemsize).tolist()
    return {
        token: array("i", kept["slots"][start:end])
        for token, start, end in zip(kept["tokens"].tolist(), [0, *ends[:-1]], ends, strict=False)
    }
