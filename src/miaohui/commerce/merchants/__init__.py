"""Shops: their application, their papers, their people, what they may do."""
