"""The pages from which a shop is run; they own no tables and read through the domains."""
