"""A person as others see them: words, numbers, and what they like and keep.

It stands above people and all other media, because its numbers come from both; it owns no tables.
"""
