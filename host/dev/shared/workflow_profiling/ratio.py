"""How much longer one thing takes than another, by pairs of runs, with an interval that assumes nothing about their distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

PAIRS = 9
LEAST_PAIRS = 6  # the fewest whose range covers the median in 95 of 100 cases
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Ratio:
    """The median of the ratios, and the interval in which the true one lies with 95 % confidence."""

    middle: float
    low: float
    high: float

    @property
    def word(self) -> str:
        """`slower` or `faster` when the interval leaves no doubt, else `alike`."""
        return "slower" if self.low > 1 else "faster" if self.high < 1 else "alike"

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio_of(before: Sequence[float], after: Sequence[float]) -> Ratio:
    """Compare runs that were made in pairs: the n-th of *before* beside the n-th of *after*.

    The interval reaches between the k-th smallest and k-th largest ratio, with the largest k for which it still covers the median of all
    possible pairs in 95 of 100 cases: a count of heads and tails, whatever the noise is like.

    Raises:
        ValueError: fewer than six pairs.
    """
    ratios = sorted(late / early for early, late in zip(before, after, strict=True))
    if len(ratios) < LEAST_PAIRS:
        raise ValueError(f"at least {LEAST_PAIRS} pairs of runs are needed, there are {len(ratios)}")
    left_out = 0
    while _coverage(len(ratios), left_out + 1) >= CONFIDENCE:
        left_out += 1
    return Ratio(median(ratios), ratios[left_out], ratios[-1 - left_out])


def _coverage(pairs: int, left_out: int) -> float:
    """How often the median lies within, when *left_out* ratios are left out at each end."""
    return 1 - 2 * sum(comb(pairs, outside) for outside in range(left_out + 1)) / 2**pairs
