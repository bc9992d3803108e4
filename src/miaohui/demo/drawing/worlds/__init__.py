"""One drawn world for each topic, with its own composition, palettes and way of moving."""
