"""Who follows whom, who is friends, and who does not want to meet whom."""
