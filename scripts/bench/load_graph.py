"""The drawing of one load: latencies, throughput and memory, second by second, as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 760, 150, 62, 46, 44
_COLOURS = ("#1f5fa8", "#c8553d", "#7a7a7a")
_GRID = "#d5d5d5"
_SVG = "http://www.w3.org/2000/svg"
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Curve:
    """One line of a panel: its name, and its points in seconds and in the panel's unit."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One of the drawings that share the axis of time."""

    title: str
    curves: Sequence[Curve]
    bound: float | None = None


def drawn(title: str, panels: Sequence[Panel]) -> str:
    """Return the picture; every panel begins at zero."""
    last = max((at for panel in panels for curve in panel.curves for at, _ in curve.points), default=1.0)
    high = TOP + len(panels) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="{_SVG}" viewBox="0 0 {WIDTH} {high}" font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{high}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for place, panel in enumerate(panels):
        parts += _panel(panel, TOP + place * (HEIGHT + GAP), last)
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, top: float, last: float) -> list[str]:
    values = [value for curve in panel.curves for _, value in curve.points]
    most = _round(max([*values, panel.bound or 0, 1.0]))

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - 16) * at / (last or 1)

    def y(value: float) -> float:
        return top + HEIGHT - HEIGHT * value / most

    parts = [f'<text x="{LEFT}" y="{top - 8:.0f}" font-weight="bold">{escape(panel.title)}</text>']
    for quarter in range(5):
        value = most * quarter / 4
        parts.append(_line(LEFT, y(value), WIDTH - 16, y(value), _GRID))
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    step = _round(last / 8)
    for tick in range(int(last / step) + 1):
        at = tick * step
        parts.append(
            f'<text x="{x(at):.1f}" y="{top + HEIGHT + 14:.0f}" text-anchor="middle">{at:g} s</text>'
        )
    if panel.bound is not None:
        parts.append(_line(LEFT, y(panel.bound), WIDTH - 16, y(panel.bound), _COLOURS[1], dashed=True))
    return parts + _curves(panel.curves, x, y, top)


def _curves(
    curves: Sequence[Curve], x: Callable[[float], float], y: Callable[[float], float], top: float
) -> list[str]:
    parts = []
    for place, (curve, colour) in enumerate(zip(curves, _COLOURS, strict=False)):
        points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in curve.points)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>')
        parts.append(
            f'<text x="{WIDTH - 16 - 130 * (len(curves) - 1 - place)}" y="{top - 8:.0f}" text-anchor="end" '
            f'fill="{colour}">{escape(curve.name)}</text>'
        )
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'


def _round(value: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(step * power for step in _STEPS if step * power >= value)
