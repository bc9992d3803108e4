"""What is owed to a buyer after the sale: returns, disputes, freight insurance, advance compensation."""
