"""The interest engine: what a person lingers on moves the very next page.

Read it as a chapter, in this order:

    actions      what people do, and what each act is worth
    dwell        what a dwell is worth: its rank among like watchings, against the person's habit
    histories    a past that fades: decayed sparse histories, one addition per act
    people       one person's state
    catalogue, content     items; items as vectors over tokens
    cooccurrence           items that the same people like
    popularity, exploration    what everybody likes; what nobody knows yet, with exact probabilities
    taste, scoring         histories become weights, weights become a score of four additive terms
    sources, engine        candidates, and the one door to all of it
    explain      the parts of a score are its explanation
    snapshot     the state as bytes: snapshot plus later acts equals the live state, bit for bit
    weights      every number that can be turned

Pure NumPy; knows nothing of the server around it.
"""

from miaohui.discovery.interest.actions import Action
from miaohui.discovery.interest.answers import Candidate, Interest, Reason, Scored
from miaohui.discovery.interest.engine import InterestEngine
from miaohui.discovery.interest.weights import Blend, Memory

__all__ = ["Action", "Blend", "Candidate", "Interest", "InterestEngine", "Memory", "Reason", "Scored"]
