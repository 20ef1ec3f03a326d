"""A map of the world without a map server: places projected here, drawn as SVG in the page."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 1000
NORTH, SOUTH = 83.7, -57.0  # degrees; nobody wrote from beyond
_SCALE = WIDTH / (2 * math.pi * 0.8707)


def _natural_earth(latitude: float, longitude: float) -> tuple[float, float]:
    """Tom Patterson's Natural Earth projection, by the polynomials of Šavrič and others (2011)."""
    phi, lam = math.radians(latitude), math.radians(longitude)
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    return x, y


_TOP = _natural_earth(NORTH, 0)[1]
HEIGHT = round((_TOP - _natural_earth(SOUTH, 0)[1]) * _SCALE)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to units of the map: right and down from its north-west corner."""
    x, y = _natural_earth(latitude, longitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


@dataclass(frozen=True)
class Point:
    """A place on the map."""

    id: str
    name: str
    count: int
    x: float
    y: float
    radius: float


def points(places: Iterable[Mapping[str, Any]]) -> list[Point]:
    """Places with coordinates as circles whose area tells the number of documents; large ones first."""
    known = [
        place
        for place in places
        if place["latitude"] is not None
        and place["longitude"] is not None
        and abs(place["latitude"]) <= 90
        and abs(place["longitude"]) <= 180
    ]
    most = max((place["n"] for place in known), default=1) or 1
    found = []
    for place in sorted(known, key=lambda place: -place["n"]):
        x, y = project(place["latitude"], place["longitude"])
        radius = 3 + 17 * math.sqrt(place["n"] / most)
        found.append(Point(place["id"], place["name"], place["n"], round(x, 1), round(y, 1), round(radius, 1)))
    return found
