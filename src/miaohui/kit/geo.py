"""Places on the globe: an equal-area grid of metric cells, and how far two of them are apart.

The only form in which a place is kept or told is its cell. Rows are bands of equal height along the
meridian; each row is cut into as many cells as make them equally long, so that a cell covers the same
area in Suzhou as in Reykjavik (to 0.1 % below 80° of latitude) and nobody in the north is easier to find.
"""

import math

import msgspec

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 (IUGG); as a sphere the Earth is right to 0.5 %, which no bucket notices."""
_HALF_TURN_M = math.pi * EARTH_RADIUS_M
_COLUMN_BITS = 20


class Point(msgspec.Struct, frozen=True):
    """A point on the globe, in degrees. An exact one is never stored, logged or sent."""

    latitude: float
    longitude: float

    def __repr__(self) -> str:
        """Tell nothing: what stands in a log line or a traceback must not be a place."""
        return "Point(…)"


class Grid(msgspec.Struct, frozen=True):
    """Cells of `cell_m` by `cell_m` metres; a cell is one number, which sorts from south to north."""

    cell_m: float

    def cell_of(self, point: Point) -> int:
        """Return the cell in which a point lies."""
        rows = self._rows()
        row = min(int((point.latitude + 90) / 180 * rows), rows - 1)
        columns = self._columns(row, rows)
        column = int((point.longitude + 180) / 360 * columns) % columns
        return row << _COLUMN_BITS | column

    def centre(self, cell: int) -> Point:
        """Return the middle of a cell."""
        rows = self._rows()
        row, column = cell >> _COLUMN_BITS, cell & ((1 << _COLUMN_BITS) - 1)
        return Point((row + 0.5) / rows * 180 - 90, (column + 0.5) / self._columns(row, rows) * 360 - 180)

    def snap(self, point: Point) -> Point:
        """Return the middle of the cell in which a point lies."""
        return self.centre(self.cell_of(point))

    def band(self, point: Point, reach_m: float) -> tuple[int, int]:
        """Return the first and the last of the cells in all rows that lie so far to the south or north of a point."""
        rows = self._rows()
        away = reach_m / _HALF_TURN_M * rows
        row = (point.latitude + 90) / 180 * rows
        south, north = max(int(row - away), 0), min(int(row + away), rows - 1)
        return south << _COLUMN_BITS, (north + 1 << _COLUMN_BITS) - 1

    def area_m2(self, cell: int) -> float:
        """Return the area that a cell covers."""
        rows = self._rows()
        row = cell >> _COLUMN_BITS
        south, north = (math.sin(math.pi * (edge / rows - 0.5)) for edge in (row, row + 1))
        return 2 * math.pi * EARTH_RADIUS_M**2 * (north - south) / self._columns(row, rows)

    def _rows(self) -> int:
        return round(_HALF_TURN_M / self.cell_m)

    def _columns(self, row: int, rows: int) -> int:
        middle = math.pi * ((row + 0.5) / rows - 0.5)
        return max(round(2 * _HALF_TURN_M * math.cos(middle) / self.cell_m), 1)


PUBLISHED = Grid(1_000)
"""The cells in which people are: nothing finer is ever known of them."""
DISTRICTS = Grid(10_000)
"""What a crowd is counted in."""


def distance_m(one: Point, other: Point) -> float:
    """Return the length of the way between two points along the great circle (haversine formula)."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    half_rise = math.sin((north - south) / 2)
    half_turn = math.sin(math.radians(other.longitude - one.longitude) / 2)
    h = half_rise**2 + math.cos(south) * math.cos(north) * half_turn**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def cartesian_m(point: Point) -> tuple[float, float, float]:
    """Return a point as metres from the centre of the Earth: distances need no trigonometry from then on."""
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    from_axis = EARTH_RADIUS_M * math.cos(latitude)
    return (
        from_axis * math.cos(longitude),
        from_axis * math.sin(longitude),
        EARTH_RADIUS_M * math.sin(latitude),
    )


def chord_m(arc_m: float) -> float:
    """Return the straight distance through the Earth that belongs to a way along its surface."""
    return 2 * EARTH_RADIUS_M * math.sin(arc_m / 2 / EARTH_RADIUS_M)
