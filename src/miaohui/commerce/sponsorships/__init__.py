"""Sponsored shakes: a shop shows itself to who shook near by and met nobody, and gives new followers a coupon."""
