"""Stickers: the packs that come with Miaohui, and those that people make from a photo."""
