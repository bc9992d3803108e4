"""The pages of calls."""
route_handlers = ()
