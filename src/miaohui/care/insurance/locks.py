"""What the insurance locks, and in which order.

1. the policy, by a conditional update of its state
2. its claim, by insertion (one for each policy, one for each waybill) or a conditional update
3. the ledger's accounts, in the ledger's order

The database decides who was first: only who has moved the policy from issued to claimed files the claim,
and only who has moved a claim from paying to paid credits the wallet.
"""
