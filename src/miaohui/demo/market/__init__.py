"""The demo town's market: stalls, goods with drawn pictures, and a month of trade."""
