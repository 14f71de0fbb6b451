"""Places and shapes for the spatial columns of MariaDB and MySQL, in the bytes that the server itself stores: a system, then WKB."""

from __future__ import annotations

import struct

_SYSTEM = struct.pack("<I", 0)
Place = tuple[float, float]

_PLACES: tuple[Place, ...] = ((0.0, 0.0), (8.54, 47.37), (-0.125, 51.5), (14.42, 50.09), (-122.25, 37.5), (151.2, -33.87))
_SQUARES = [tuple((x + dx, y + dy) for dx, dy in ((0, 0), (2, 0), (2, 2), (0, 2), (0, 0))) for x, y in _PLACES]


def _shape(number: int, body: bytes) -> bytes:
    return struct.pack("<BI", 1, number) + body


def _places(places: tuple[Place, ...]) -> bytes:
    return struct.pack("<I", len(places)) + b"".join(struct.pack("<dd", *place) for place in places)


def _several(number: int, shapes: list[bytes]) -> bytes:
    return _shape(number, struct.pack("<I", len(shapes)) + b"".join(shapes))


_points = [_shape(1, struct.pack("<dd", *place)) for place in _PLACES]
_lines = [_shape(2, _places((one, other))) for one, other in zip(_PLACES, _PLACES[1:], strict=False)]
_areas = [_shape(3, struct.pack("<I", 1) + _places(square)) for square in _SQUARES]
_shapes = {
    "point": _points,
    "linestring": _lines,
    "polygon": _areas,
    "multipoint": [_several(4, _points[:size]) for size in (1, 2, 3)],
    "multilinestring": [_several(5, _lines[:size]) for size in (1, 2)],
    "multipolygon": [_several(6, _areas[:size]) for size in (1, 2)],
    "geometrycollection": [_several(7, [_points[1], _lines[0]]), _several(7, [_areas[2]])],
    "geometry": [_points[0], _points[1], _lines[0], _areas[1]],
}
GEOMETRIES = {name: tuple(_SYSTEM + shape for shape in shapes) for name, shapes in _shapes.items()}
