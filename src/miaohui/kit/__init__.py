"""What every floor stands on: storage, events, jobs, sockets, errors. Knows nothing of the product."""
