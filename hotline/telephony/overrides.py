"""How patiently the carrier asks for our documents: a fragment of their addresses, never sent nor signed."""

# Two retries when connecting fails, stalls or ends in a 5xx, inside the carrier's 15 s (reference §1).
OVERRIDES = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=5000&tt=14000"
