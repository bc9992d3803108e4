"""What promotions lock, and in which order.

1. the template, by id: its counters decide who gets the last coupon
2. the coupons, by id
3. stock pools, by the inventory's own order

A claim takes one from the template's quota with one conditional UPDATE; from then on it holds the row, so
that the same person's claims of it come one after another and are counted right.
"""
