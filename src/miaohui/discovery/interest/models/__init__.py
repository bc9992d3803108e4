"""Batch models: fitted in the worker in closed form or by a few sparse passes, then read at every request.

Read in this order:

    sequences          what people did, as arrays
    popularity         what everybody takes
    item_item          items taken by the same people, and no more than their popularity explains
    low_pass           the smooth part of the person-item matrix (truncated SVD)
    sharpened          blurred over neighbours and the smooth part, then sharpened: what everybody shares taken away
    ease               the linear map that rebuilds everybody from their other items
    transitions        what follows what, at several gaps
    timescale_ridge    the linear map from decayed histories to the next item
    sequence_kernel    next items of the moments most like this one (session kNN)
    next_buy, next_place, dwell_head     shopping, walking, liking
    boosted_trees      what goes together, for a yes or no over a few numbers (a part of dwell_head)
    blend              weights for the above, chosen on validation
    tags               matching by tags that somebody set: what all this is measured against

Every model has `fit_…(…)` and a frozen struct whose `scores` gives (n_people, n_items), float32, higher is better.
"""
