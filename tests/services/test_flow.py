"""The cheapest flow: exact, with negative costs, and loud when nothing fits."""

import pytest

from hotline.services.flow import Network


def diamond(*, costs: tuple[int, int], capacity: int) -> Network:
    """Two sources (1, 2) that reach the sink (0) through 3 or 4."""
    network = Network(nodes=3)
    for cost in costs:
        middle = network.node()
        network.arc(1, middle, 1, 0)
        network.arc(2, middle, 1, 0)
        network.arc(middle, 0, capacity, cost)
    return network


def test_units_take_the_cheapest_ways() -> None:
    assert list(diamond(costs=(5, -5), capacity=2).ends([1, 2], 0, lambda node: node >= 3)) == [4, 4]
    assert sorted(diamond(costs=(5, -5), capacity=1).ends([1, 2], 0, lambda node: node >= 3)) == [3, 4]


def test_a_network_that_is_too_narrow_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="no cheapest flow"):
        diamond(costs=(1, 1), capacity=0).flows([1, 2], 0)


def test_costs_that_could_overflow_are_an_error() -> None:
    with pytest.raises(ArithmeticError, match="no cheapest flow"):
        diamond(costs=(2**62, 1), capacity=1).flows([1, 2], 0)
    with pytest.raises(ArithmeticError):
        diamond(costs=(2**64, 1), capacity=1)
