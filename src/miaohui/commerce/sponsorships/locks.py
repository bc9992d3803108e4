"""What sponsorships lock, and in which order.

1. the grant, by campaign and person: who follows twice at once waits here, and then gets the first one's coupon
2. the campaign's row, by one conditional UPDATE: it decides who gets the last coupon of the budget
3. the coupon's template and the coupon, by the promotions' own order
4. ledger accounts, by the ledger's own order
"""
