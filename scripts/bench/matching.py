"""How long one matching takes and what it is worth, by size, beside its peers; each in a process of its own.

`python -m scripts.bench.matching WAY REQUESTS VOLUNTEERS` measures one and prints it as JSON.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from scripts.bench import crowds, peers

SIZES = ((189, 100), (1_000, 500), (10_000, 2_000), (100_000, 10_000))
PATIENCE = 60.0
_AFFORDABLE = {"ours": 10**9, "greedy": 10**9, "every pair, OR-Tools": 10**8, "every pair, networkx": 10**6}


@dataclass(frozen=True)
class Timing:
    """One matching: how many it serves, what they cost in voices, load and départements; MB at the peak."""

    way: str
    requests: int
    volunteers: int
    served: int
    voice: int
    load: int
    far: int
    seconds: float
    megabytes: float


def curve() -> tuple[list[Timing], list[str]]:
    """Measure every size in every way that ends in time; name those that do not."""
    timings, skipped = [], []
    for waiting, volunteers in SIZES:
        for way in peers.WAYS:
            if waiting * volunteers >= _AFFORDABLE[way] * 1.1:
                continue
            try:
                timings.append(apart(way, waiting, volunteers))
            except subprocess.TimeoutExpired:
                skipped.append(f"{way} at {waiting} x {volunteers}: not within {PATIENCE:.0f} s")
    return timings, skipped


def apart(way: str, waiting: int, volunteers: int) -> Timing:
    """Measure one matching in a process of its own; raises TimeoutExpired."""
    command = [sys.executable, "-m", "scripts.bench.matching", way, str(waiting), str(volunteers)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return Timing(**json.loads(told.stdout))


def timed(way: str, waiting: int, volunteers: int) -> Timing:
    """Measure one matching here."""
    queue, pool = crowds.both(waiting, volunteers)
    begin = time.perf_counter()
    pairs = peers.WAYS[way](queue, pool)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Timing(way, waiting, volunteers, *peers.worth(queue, pool, pairs), seconds, peak)


if __name__ == "__main__":
    print(json.dumps(asdict(timed(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
