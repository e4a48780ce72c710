"""In: bins of confidence with how often they were right. Out: a picture (SVG); honest is the diagonal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Bins = Sequence[Mapping[str, Any]]
_SIDE, _EDGE = 360, 48
_COLOURS = ("#0b6e4f", "#b5482a")
_NAMES = {"act": "在做什么", "item": "哪个事项"}


def picture(curves: Mapping[str, Bins]) -> str:
    """Every curve over the diagonal, with the 95 % interval of each point and how many sentences it stands for."""
    size = _SIDE + 2 * _EDGE
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        *_axes(),
    ]
    for place, (name, bins) in enumerate(curves.items()):
        out += _curve(bins, _COLOURS[place % len(_COLOURS)])
        out.append(_text(_EDGE + 10, _EDGE + 16 + 16 * place, _NAMES.get(name, name), _COLOURS[place % len(_COLOURS)]))
    return "\n".join([*out, "</svg>\n"])


def error(bins: Bins) -> float:
    """Expected calibration error: mean distance from the diagonal, weighted by sentences.

    >>> error([{"sure": 0.9, "share": 0.8, "total": 10}, {"sure": 0.5, "share": 0.5, "total": 30}])
    0.025
    """
    total = sum(one["total"] for one in bins)
    return round(sum(abs(one["sure"] - one["share"]) * one["total"] for one in bins) / total, 4) if total else 0.0


def _axes() -> list[str]:
    low, high = _EDGE, _EDGE + _SIDE
    out = [
        f'<path d="M{low} {low}V{high}H{high}" fill="none" stroke="#444"/>',
        f'<path d="M{low} {high}L{high} {low}" stroke="#bbb" stroke-dasharray="4 4"/>',
        _text(low + _SIDE // 2 - 36, high + 36, "自认的把握"),
        _text(6, low - 14, "真的对了几成"),
    ]
    for tenth in range(0, 11, 2):
        out.append(_text(_x(tenth / 10) - 8, high + 18, f"{tenth / 10:.1f}"))
        out.append(_text(low - 26, _y(tenth / 10) + 4, f"{tenth / 10:.1f}"))
    return out


def _curve(bins: Bins, colour: str) -> list[str]:
    points = " ".join(f"{_x(one['sure'])},{_y(one['share'])}" for one in bins)
    out = [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for one in bins:
        x = _x(one["sure"])
        out.append(f'<path d="M{x} {_y(one["low"])}V{_y(one["high"])}" stroke="{colour}" opacity="0.45"/>')
        title = f"<title>{one['right']}/{one['total']}</title>"
        out.append(f'<circle cx="{x}" cy="{_y(one["share"])}" r="4" fill="{colour}">{title}</circle>')
    return out


def _text(x: float, y: float, words: str, colour: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}">{escape(words)}</text>'


def _x(part: float) -> float:
    return round(_EDGE + part * _SIDE, 1)


def _y(part: float) -> float:
    return round(_EDGE + (1 - part) * _SIDE, 1)
