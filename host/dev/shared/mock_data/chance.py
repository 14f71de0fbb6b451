"""Chance that can be repeated: the same names give the same numbers on every machine, in every process, in any order.

Numbers come raw from Philox, a counter-based generator whose output is fixed by its paper (Salmon et al., 2011), and are turned into
values by integer arithmetic only. numpy's distributions, whose streams may change between its versions, are not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np

BLOCK = 16_384  # rows that share one stream per column: part of what a seed means, like the names
SHARES = 1 << 16

Array = np.ndarray[Any, Any]

_GOLDEN, _APART = np.uint64(0x9E3779B97F4A7C15), 0xD6E8FEB86659FD93
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def key_of(*names: object, size: int = 16) -> int:
    """Turn names into a number of *size* bytes; different names give different numbers."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, names)).encode()).digest()[:size], "little")


def draw(names: Sequence[object], block: int, count: int) -> Array:
    """The first *count* raw 64-bit numbers of the stream of *names* and *block*."""
    return np.asarray(np.random.Philox(key=key_of(*names, block)).random_raw(count))


def below(raw: Array, count: int) -> Array:
    """Turn raw numbers into whole numbers from 0 to *count* - 1, all equally likely."""
    if count < 1 << 32:
        return (((raw >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)).astype(np.int64)
    return (raw % np.uint64(count)).astype(np.int64)


def happens(raw: Array, share: float) -> Array:
    """True with a probability of *share*. It looks at the lowest 16 bits, which no other function here uses."""
    return (raw & np.uint64(SHARES - 1)) < np.uint64(round(share * SHARES))


def table_of(weights: Sequence[float]) -> Array:
    """Prepare a weighted choice for `pick`: 65,536 places shared out by weight, at least one for each weight over 0."""
    total = sum(weights)
    places = [max(1, round(weight / total * SHARES)) if weight else 0 for weight in weights]
    places[places.index(max(places))] += SHARES - sum(places)
    return np.repeat(np.arange(len(places), dtype=np.int64), places)


def pick(raw: Array, table: Array) -> Array:
    """Choose by weight: the numbers of the weights that `table_of` got."""
    return np.asarray(table[(raw >> np.uint64(48)).astype(np.intp)])


def along(raw: Array, knots: Array) -> Array:
    """Follow a distribution that is given by 257 whole numbers, its quantiles 0/256, 1/256, … 256/256."""
    place = (raw >> np.uint64(56)).astype(np.intp)
    low, rest = knots[place], ((raw >> np.uint64(40)) & np.uint64(SHARES - 1)).astype(np.int64)
    return np.asarray(low + (((knots[place + 1] - low) * rest) >> 16))


@cache
def bell(middle: int, spread: int) -> Array:
    """Knots of a normal distribution, cut off at three spreads."""
    return np.array([round(middle + spread * score) for score in _scores()], dtype=np.int64)


@cache
def tail(median: int, spread: float) -> Array:
    """Knots of a log-normal distribution: most are small, a few are large; *spread* is its sigma."""
    return np.array([round(median * (Decimal(spread) * Decimal(score)).exp()) for score in _scores()], dtype=np.int64)


@cache
def _scores() -> tuple[float, ...]:
    """The normal scores, rounded so that the last bit of a machine's logarithm does not matter."""
    inside = [round(NormalDist().inv_cdf(number / 256), 9) for number in range(1, 256)]
    return (-3.0, *inside, 3.0)


def mix(numbers: Array, key: int) -> Array:
    """Raw numbers that belong to whole numbers, one to one: chance by row where a value must be known without its block."""
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + np.uint64(key * _APART % (1 << 64))) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def permute(numbers: Array, size: int, key: int) -> Array:
    """Shuffle 0 … *size* - 1 without a list: different numbers below *size* give different numbers below *size*.

    A Feistel network over two digits (Black and Rogaway, 2002). What falls outside is shuffled again until it is inside.
    """
    if size <= 1:
        return np.zeros_like(numbers)
    shuffled = _feistel(numbers, size, key)
    while (outside := shuffled >= size).any():
        shuffled[outside] = _feistel(shuffled[outside], size, key)
    return shuffled


def _feistel(numbers: Array, size: int, key: int) -> Array:
    right_size = int(np.ceil(np.sqrt(size)))
    left_size = -(-size // right_size)
    left, right = digits(numbers, right_size)
    for turn in range(3):
        left = _turn(left, right, left_size, key + 2 * turn)
        right = _turn(right, left, right_size, key + 2 * turn + 1)
    return np.asarray(left * right_size + right)


def _turn(digit: Array, by: Array, size: int, key: int) -> Array:
    turned = digit + below(mix(by, key), size)
    turned -= size * (turned >= size)
    return turned


def digits(numbers: Array, size: int) -> tuple[Array, Array]:
    """Quotient and remainder by a fixed *size*, several times faster than `np.divmod`."""
    quotient = numbers // size
    return quotient, numbers - quotient * size


def spell(numbers: Array, alphabets: Sequence[str]) -> Array:
    """Write numbers as text, one sign of each alphabet; the last one runs fastest. Different numbers give different text."""
    signs = np.empty((len(numbers), len(alphabets)), dtype=np.uint32)
    for place in range(len(alphabets) - 1, -1, -1):
        alphabet = np.array([ord(sign) for sign in alphabets[place]], dtype=np.uint32)
        if len(alphabet) > 1:
            numbers, digit = digits(numbers, len(alphabet))
            signs[:, place] = alphabet[digit]
        else:
            signs[:, place] = alphabet[0]
    return as_text(signs)


def as_text(signs: Array) -> Array:
    """Turn a matrix of code points into an array of `str`."""
    return np.asarray(np.ascontiguousarray(signs).view(f"U{signs.shape[1]}").ravel().astype(object))


def pool(words: Sequence[Any]) -> Array:
    """An array of Python objects, to be picked from by number."""
    found = np.empty(len(words), dtype=object)
    found[:] = words
    return found


Draw = Callable[[str], Array]
