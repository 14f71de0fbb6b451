"""How far a projection can be trusted: python benchmarks/performance_profiler.py [--tries 200]

Times of known curves at five sizes, three runs of each, with the noise of a quiet and of a busy machine; projected to 4 times and to 32
times the largest size. "too low" is how often the true time lies above what is said, so that a budget would be passed by mistake; "high"
is how many times the true time is said, in the median. The contenders are what teams draw by hand.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np

HOST = Path(__file__).parents[1] / "host"
sys.path[:1] = [str(HOST / "dev" / "shared"), str(HOST / "utils")]

from workflow_profiling.projection import CannotProject, project  # noqa: E402

Times = Mapping[int, Sequence[float]]
Contender = Callable[[Times, int], float]
SIZES = (6_250, 12_500, 25_000, 50_000, 100_000)
CURVES: dict[str, Callable[[float], float]] = {
    "n": lambda n: 0.05 + n * 1e-5,
    "n log n": lambda n: 0.05 + n * math.log2(n) * 6e-7,
    "n√n": lambda n: n**1.5 * 1e-8,
    "n²": lambda n: 0.05 + n * 2e-6 + n * n * 2e-9,
    "n, and n² that hardly shows": lambda n: n * 1e-5 + n * n * 2e-11,
}
NOISE: dict[str, Callable[[np.random.Generator], float]] = {
    "quiet": lambda chance: 1 + abs(chance.normal(0, 0.02)),
    "busy": lambda chance: 1 + chance.exponential(0.15),
}


def rule_of_three(times: Times, rows: int) -> float:
    """In proportion to the largest size."""
    largest = max(times)
    return median(times[largest]) * rows / largest


def line(times: Times, rows: int) -> float:
    """A straight line through all medians."""
    slope, start = np.polyfit(list(times), [median(each) for each in times.values()], 1)
    return float(start + slope * rows)


def power(times: Times, rows: int) -> float:
    """A straight line through the logarithms."""
    slope, start = np.polyfit(np.log(list(times)), np.log([median(each) for each in times.values()]), 1)
    return math.exp(start) * rows**slope


def upper_bound(times: Times, rows: int) -> float:
    """What the profiler judges by; infinite where it says that nothing can be said."""
    try:
        return project(times, rows).upper
    except CannotProject:
        return math.inf


CONTENDERS: dict[str, Contender] = {
    "in proportion": rule_of_three,
    "straight line": line,
    "line of logarithms": power,
    "upper bound (ours)": upper_bound,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200)
    tries = parser.parse_args().tries
    print(f"{'':<22}" + "".join(f"{f'{noise}, {far} times':>20}" for noise in NOISE for far in (4, 32)))
    print(f"{'':<22}" + f"{'too low     high':>20}" * 4)
    for name, contender in CONTENDERS.items():
        cells = (_cell(contender, NOISE[noise], far, tries) for noise in NOISE for far in (4, 32))
        print(f"{name:<22}" + "".join(f"{low:>10.1%} {high:>8.2f}×" for low, high in cells))


def _cell(contender: Contender, noise: Callable[[np.random.Generator], float], far: int, tries: int) -> tuple[float, float]:
    """How often too low, and how high in the median, over all curves."""
    chance, rows = np.random.default_rng(7), SIZES[-1] * far
    said = []
    for curve in CURVES.values():
        for _ in range(tries):
            times = {size: [curve(size) * noise(chance) for _ in range(3)] for size in SIZES}
            said.append(contender(times, rows) / curve(rows))
    return sum(each < 1 for each in said) / len(said), median(said)


if __name__ == "__main__":
    main()
