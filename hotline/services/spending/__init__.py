"""What the line costs: what is spent as it happens, the ceilings that hold, the bursts that are slowed."""
