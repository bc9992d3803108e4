"""Miaohui: people watch, meet, talk and buy in one self-hosted server."""

__version__ = "0.1.0"
