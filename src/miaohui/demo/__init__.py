"""The demo town: invented people whose drawn clips, music and habits bring a fresh server to life."""
