"""The cheapest flow: exact, with negative costs, and loud when nothing fits."""

import numpy as np
import pytest

from hotline.services.matching.flow import Network


def diamond(*, costs: tuple[int, int], capacity: int) -> Network:
    """Two sources (1, 2) that reach the sink (0) through 3 or 4."""
    network = Network()
    network.grow(3)
    for cost in costs:
        (middle,) = network.grow(1)
        network.arcs([1, 2], middle)
        network.arcs(middle, 0, capacity, cost)
    return network


def ends(network: Network) -> list[int]:
    """Where the units of the two sources come out."""
    sources = np.array([1, 2])
    return list(network.ends(network.flows(sources, 0), sources, np.array([3, 4])))


def test_units_take_the_cheapest_ways() -> None:
    assert ends(diamond(costs=(5, -5), capacity=2)) == [4, 4]
    assert sorted(ends(diamond(costs=(5, -5), capacity=1))) == [3, 4]


def test_a_network_that_is_too_narrow_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="no cheapest flow"):
        diamond(costs=(1, 1), capacity=0).flows(np.array([1, 2]), 0)


def test_costs_that_could_overflow_are_an_error() -> None:
    with pytest.raises(ArithmeticError, match="no cheapest flow"):
        diamond(costs=(2**62, 1), capacity=1).flows(np.array([1, 2]), 0)
    with pytest.raises(OverflowError):
        diamond(costs=(2**64, 1), capacity=1)
