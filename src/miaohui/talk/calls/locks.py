"""What calls lock, and in which order.

Placing a call holds the two people (people/graph/locks.py), so that a block and a call never pass each
other: either the call sees the block, or the block's handler sees the call. Then it takes the two seats,
the lower account first, so that two who ring each other at once do not wait in a circle. All later moves
are single conditional UPDATEs of the call's row.
"""
