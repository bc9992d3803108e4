"""From a selection to a price with everything in it: addresses, freight, quotes."""
