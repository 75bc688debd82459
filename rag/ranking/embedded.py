"""Rank passages again by the vectors of the reader, which find what is said in other words.

The cosine of a question and a whole passage (multilingual-e5, untouched) is mixed with the linear score by conditional
logit, fitted on articles that the reader did not see. What the reader makes of a passage has no part in it: whether a
span answers is no measure of relevance, and ranks questions of how and why badly.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rag.models import feature_names, models


class EmbeddedFeatures(NamedTuple):
    """Features of a passage; the fields are the names of the weights."""

    linear: float  # score of the linear model
    likeness: float  # cosine of the passage and the question


EMBEDDED = feature_names(EmbeddedFeatures)


def score_embedded(linear: Sequence[float], cosines: Sequence[float]) -> list[float]:
    """Return the score of each passage, from its linear score and its cosine with the question."""
    rows = [EmbeddedFeatures(score, cosine) for score, cosine in zip(linear, cosines, strict=True)]
    return models().linear("embedded passage", EMBEDDED).scores(rows).tolist()  # type: ignore[no-any-return]
