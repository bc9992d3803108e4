"""Two people who shake at the same time find each other: tickets, the pool that matches them, hellos, and what helps when nobody is there."""
