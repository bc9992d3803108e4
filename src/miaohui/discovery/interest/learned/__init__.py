"""What was learned from everybody, brought to the next request: the batch models of ../models, served by memory map.

Read it in this order:

    file        one file of arrays, whole or not there, read through the page cache
    heads       chances of finish, like, follow, share, open, buy and not interested
    model       what the file says
    reading     the model bound to one engine: what a past says of items, candidates only

The engine (../engine.py) works without any of this; `engine.adopt(model)` adds terms to its score, and nothing of
its state depends on them. How a model comes about stands in ../learning.
"""
