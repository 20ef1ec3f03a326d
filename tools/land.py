"""Draws `harvester/reading_room/assets/static/land.svg`, the outline behind the map of places.

    npm install world-atlas && python -m tools.land node_modules/world-atlas/land-50m.json

The outline is Natural Earth's (public domain), the TopoJSON file Mike Bostock's `world-atlas` (ISC).
"""

import json
import sys
from itertools import accumulate, pairwise
from pathlib import Path

from harvester.reading_room.plugin.world_map import HEIGHT, SOUTH, WIDTH, project

OUT = Path("harvester/reading_room/assets/static/land.svg")
TOLERANCE = 0.32  # units of the map; coarser than a pixel only when zoomed in far
SMALLEST = 1.2  # square units; smaller islands are left out
Point = tuple[float, float]


def rings(topology: dict) -> list[list[Point]]:
    """All outlines as lists of (longitude, latitude)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs, ys = accumulate(x for x, _ in arc), accumulate(y for _, y in arc)
        arcs.append([(x * sx + tx, y * sy + ty) for x, y in zip(xs, ys, strict=True)])
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        shapes = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for ring in (ring for shape in shapes for ring in shape):
            points: list[Point] = []
            for index in ring:
                arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                points += arc if not points else arc[1:]
            found.append(points)
    return found


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's line simplification."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def distance(point: Point) -> float:
        if not length:
            return ((point[0] - ax) ** 2 + (point[1] - ay) ** 2) ** 0.5
        return abs((bx - ax) * (ay - point[1]) - (ax - point[0]) * (by - ay)) / length

    far = max(range(1, len(points) - 1), key=lambda i: distance(points[i]))
    if distance(points[far]) <= tolerance:
        return [points[0], points[-1]]
    return simplify(points[: far + 1], tolerance)[:-1] + simplify(points[far:], tolerance)


def unwrapped(ring: list[Point]) -> list[Point]:
    """The same, going on past 180 degrees instead of jumping to the other side of the map."""
    turns, drawn = 0, [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        turns += (longitude - before < -180) - (longitude - before > 180)
        drawn.append((longitude + 360 * turns, latitude))
    middle = sum(longitude for longitude, _ in drawn) / len(drawn)
    return [(longitude - 360 * round(middle / 360), latitude) for longitude, latitude in drawn]


def area(points: list[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2


def main(source: str) -> None:
    sys.setrecursionlimit(10000)
    path = ""
    for ring in rings(json.loads(Path(source).read_text())):
        if max(latitude for _, latitude in ring) < SOUTH:
            continue
        points = [project(latitude, longitude) for longitude, latitude in unwrapped(ring)]
        if area(points) >= SMALLEST:
            drawn = simplify(points, TOLERANCE)
            path += "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn[:-1]) + "Z"
    OUT.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        "<!-- Natural Earth (public domain), by way of world-atlas (ISC); drawn by tools/land.py -->"
        f'<path id="land" d="{path}"/></svg>\n'
    )
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
