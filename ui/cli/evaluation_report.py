"""The figures of an evaluation, for people: a table, and the trade-off of refusing as a picture."""

from collections.abc import Sequence

from rag.evaluation import Summary

_NAMES = {
    "questions": "questions",
    "answerable": "… that the documents answer",
    "hit_at_1": "right document first",
    "hit_at_5": "right document in the first five",
    "mrr": "mean reciprocal rank",
    "ndcg_at_10": "nDCG at 10",
    "first_citation": "first citation is on the evidence",
    "any_citation": "a citation is on the evidence",
    "answer_in_first_quote": "first quote holds the answer",
    "answer_in_a_quote": "a quote holds the answer",
    "answer_in_focus": "words in bold hold the answer",
    "focus_share": "share of the first quote in bold",
    "exact": "quotes that are their document's text",
    "refused_answerable": "refused, though answerable",
    "refused_unanswerable": "refused, and unanswerable",
    "auroc": "AUROC of confidence",
    "median_ms": "median milliseconds",
    "slowest_ms": "slowest, milliseconds",
    "quote_median": "median first quote, characters",
    "quote_95": "95th percentile of the first quote, characters",
}
_SIZE, _EDGE = 360, 48


def make_rows(summary: Summary) -> list[tuple[str, str]]:
    """Return each available measure with its value."""
    return [(_NAMES[name], f"{value:g}") for name, value in summary.to_dict().items() if value is not None]


def draw_curve(points: Sequence[tuple[float, float, float]], threshold: float) -> str:
    """Plot, for each threshold, the share of answerable questions refused (across) and of others (up), as SVG.

    ``points`` are those of ``rag.evaluation.trace_curve``; a ring marks the threshold in use.
    """
    across = [(answerable, other) for _, answerable, other in points] + [(1.0, 1.0)]
    line = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in [(0.0, 0.0), *across])
    used = next(((a, b) for step, a, b in points if step >= threshold), (1.0, 1.0))
    ticks = "".join(_tick(value / 4) for value in range(5))
    width = _SIZE + 2 * _EDGE
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" font-size="12">
<rect width="100%" height="100%" fill="white"/>{ticks}
<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>
<circle cx="{_x(used[0]):.1f}" cy="{_y(used[1]):.1f}" r="5" fill="none" stroke="#b3261e" stroke-width="2"/>
<text x="{width / 2}" y="{width - 8}" text-anchor="middle">answerable questions refused</text>
<text transform="translate(14 {width / 2}) rotate(-90)" text-anchor="middle">unanswerable questions refused</text>
</svg>
"""


def render_curve_page(points: Sequence[tuple[float, float, float]], threshold: float) -> str:
    """Return the same plot as an HTML page."""
    return f'<!doctype html>\n<meta charset="utf-8">\n<title>Refusals</title>\n{draw_curve(points, threshold)}'


def _x(share: float) -> float:
    return _EDGE + share * _SIZE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIZE


def _tick(share: float) -> str:
    return (
        f'<path d="M{_x(share)} {_y(0)}V{_y(1)}M{_x(0)} {_y(share)}H{_x(1)}" stroke="#ddd"/>'
        f'<text x="{_x(share)}" y="{_y(0) + 16}" text-anchor="middle">{share:.0%}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(share) + 4}" text-anchor="end">{share:.0%}</text>'
    )
