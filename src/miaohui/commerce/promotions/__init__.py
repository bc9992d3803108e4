"""What makes a price lower, and who bears it: activities, coupons, the price pipeline."""
