"""Lets a topic that has just been on the page stand back a little.

A light form of maximal marginal relevance (Carbonell, Goldstein, SIGIR 1998): the score less a penalty for
likeness to what is already chosen, where likeness is a shared hashtag and fades with each further slot.
"""

from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.weights import FeedWeights


class TopicDiversity:
    """How present each topic is at the slot that is filled next."""

    def __init__(self, weights: FeedWeights) -> None:
        self._weights = weights
        self._presence: dict[str, float] = {}

    def penalty(self, listed: Listed) -> float:
        """Return what the clip's score loses here: 0 if none of its topics is present."""
        presence = max([self._presence.get(topic, 0.0) for topic in listed.topics], default=0.0)
        return self._weights.topic_penalty * min(presence, self._weights.topic_presence_max)

    def show(self, listed: Listed) -> None:
        """Note that the clip takes the next slot."""
        for topic in self._presence:
            self._presence[topic] *= self._weights.topic_fading
        for topic in listed.topics:
            self._presence[topic] = self._presence.get(topic, 0.0) + 1.0
