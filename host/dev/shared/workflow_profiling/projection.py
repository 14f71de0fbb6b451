"""From times at several sizes to the time at a larger one, with an upper bound that is honest.

Work costs a + b·n + c·n·log n + d·n√n + e·n² with no negative part: something at the start, something for each row, for sorting, for each
pair. What was measured is that cost and noise, and noise only adds; the shortest run of a size is therefore near the cost. The upper
bound is the largest time that any such curve reaches which passes all measurements within their noise. It grows with the distance, as it
should: from few and small sizes nobody can see a quadratic part coming. A step (memory that runs out) nobody can see from below at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import numpy as np

PARTS = ("constant", "n", "n log n", "n√n", "n²")
LEAST_SIZES = 4
LEAST_NOISE = 0.03  # of a time: even a quiet machine measures the same thing no better
NEAR = 0.15
STEEPEST = 2.3  # growth between the two largest sizes beyond which no curve of ours fits


@dataclass(frozen=True)
class Projection:
    """The time expected at *rows*, the bounds between which it lies, the noise that was allowed for, and the curve itself."""

    rows: int
    seconds: float
    lower: float
    upper: float
    noise: float
    coefficients: tuple[float, ...]

    @property
    def order(self) -> str:
        """The part that takes the most time at the size that was projected to: `n`, `n log n`, `n²`."""
        shares = np.array(self.coefficients) * _parts(np.array([self.rows]))[0]
        return PARTS[int(np.argmax(shares))]

    def at(self, rows: float) -> float:
        """The time that the curve expects at *rows*."""
        return float(_parts(np.array([rows]))[0] @ np.array(self.coefficients))


class CannotProject(ValueError):
    """The measurements say nothing about a larger size; the message says why."""


def project(times: Mapping[int, Sequence[float]], rows: int) -> Projection:
    """Project the *times* in seconds, by number of rows, each measured several times, to *rows*.

    Raises:
        CannotProject: fewer than four sizes, or the time grows faster than any curve that is known here.
    """
    sizes = np.array(sorted(times), dtype=float)
    if len(sizes) < LEAST_SIZES:
        raise CannotProject(f"at least {LEAST_SIZES} sizes are needed, there are {len(sizes)}")
    best = np.array([min(times[int(size)]) for size in sizes])
    steepness = float(np.log(best[-1] / best[-2]) / np.log(sizes[-1] / sizes[-2]))
    if steepness > STEEPEST:
        raise CannotProject(f"from {sizes[-2]:,.0f} to {sizes[-1]:,.0f} rows the time grows as n^{steepness:.1f}: measure at the full size")
    noise = _noise(list(times.values()))
    while (bounds := _bounds(sizes, best, noise, rows)) is None:  # no curve passes: there was more noise than the repetitions show
        noise *= 1.25
    curve = _fit(sizes, best, noise)
    seconds = float(_parts(np.array([rows]))[0] @ curve)
    lower, upper = min(bounds[0], seconds), max(bounds[1], seconds)
    return Projection(rows, seconds, lower, upper, noise, tuple(map(float, curve)))


def _parts(sizes: np.ndarray) -> np.ndarray:
    """What each part costs at each size when its coefficient is one: one row for each size."""
    n = np.maximum(np.asarray(sizes, dtype=float), 1.0)
    return np.column_stack([np.ones_like(n), n, n * np.log2(n), n**1.5, n**2])


def _noise(times: Sequence[Sequence[float]]) -> float:
    """By which share of itself a shortest run may still be too long or too short: from how far the repetitions lie apart."""
    apart = [sorted(each)[1] / min(each) - 1 for each in times if len(each) > 1]
    return max(LEAST_NOISE, 3 * median(apart)) if apart else 0.1


def _bounds(sizes: np.ndarray, best: np.ndarray, noise: float, rows: int) -> tuple[float, float] | None:
    """The smallest and the largest time at *rows* over all curves that pass every measurement within *noise*; None if none does.

    A linear programme: its optimum lies where as many of its walls meet as there are unknowns, and these few corners are all tried.
    """
    scale = _parts(np.array([sizes[-1]]))[0]  # all unknowns of one magnitude
    parts = _parts(sizes) / scale
    walls = np.vstack([parts, -parts, -np.eye(len(PARTS))])
    limits = np.concatenate([best * (1 + noise), -best * (1 - noise), np.zeros(len(PARTS))])
    chosen = np.array(list(combinations(range(len(walls)), len(PARTS))))
    matrices, sides = walls[chosen], limits[chosen]
    solvable = np.abs(np.linalg.det(matrices)) > 1e-12
    corners = np.linalg.solve(matrices[solvable], sides[solvable][..., None])[..., 0]
    inside = (corners @ walls.T <= limits + 1e-9 * best[-1]).all(axis=1)
    if not inside.any():
        return None
    reached = corners[inside] @ (_parts(np.array([rows]))[0] / scale)
    return float(reached.min()), float(reached.max())


def _fit(sizes: np.ndarray, best: np.ndarray, noise: float) -> np.ndarray:
    """The coefficients, none negative, of the fewest parts that pass all measurements within *noise*; of those the nearest.

    The largest size, which says most about larger ones, they pass within `NEAR`: in much noise a constant would pass everything.
    """
    scale = _parts(np.array([sizes[-1]]))[0]
    weighted = _parts(sizes) / scale / best[:, None]  # relative: a small time counts as much as a large one
    found, allowed = np.zeros(len(PARTS)), np.append(np.full(len(sizes) - 1, noise), min(noise, NEAR))
    for number in range(1, len(PARTS) + 1):
        least = np.inf
        for subset in combinations(range(len(PARTS)), number):
            solution = np.zeros(len(PARTS))
            solution[list(subset)] = np.linalg.lstsq(weighted[:, subset], np.ones(len(sizes)), rcond=None)[0]
            error = float(((weighted @ solution - 1) ** 2).sum())
            if (solution >= 0).all() and error < least:
                found, least = solution, error
        if (np.abs(weighted @ found - 1) <= allowed).all():
            break
    return found / scale
