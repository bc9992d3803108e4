"""The whole way: somebody does something, and whoever it concerns is told of it, and nobody else."""

from tests.cast import Cast
from tests.market import Market
