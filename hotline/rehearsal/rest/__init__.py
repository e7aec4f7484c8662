"""The REST half: the resources of the carrier's API, answered from the exchange's state."""
