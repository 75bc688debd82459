"""The claims: their format, the passages they are about, and what they teach."""

import random

import pytest

from bench.ledger.claims import Claim, parse_claim, read_claims
from bench.quality.exercises import Exercise, is_held
from bench.train.entailment.pairs import claim_rows

PASSAGE = Exercise("port", "fr", "Port", "Le quai Sud ferme à midi. La capitainerie l'a décidé en 2019.", ())


def test_a_claim_is_read_with_what_the_passage_does_not_bear_out() -> None:
    claim = parse_claim(PASSAGE, "-n Le quai Sud ferme à *treize heures*, par décision de *1920*.")
    assert claim.text == "Le quai Sud ferme à treize heures, par décision de 1920."
    assert [claim.text[start:end] for start, end in claim.loose] == ["treize heures", "1920"]
    assert (claim.kind, claim.label) == ("-n", "contradicted")
    assert parse_claim(PASSAGE, "+p C'est à midi que ferme le quai Sud.").loose == []


@pytest.mark.parametrize(
    "line", ["+p Il ferme *tard*.", "-n Il ferme tard.", "~z Il *ferme*.", "-v Il *ferme.", "Non."]
)
def test_a_line_that_is_no_claim_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is not a claim"):
        parse_claim(PASSAGE, line)


def test_every_claim_is_about_an_exercise_and_half_follow() -> None:
    claims = list(read_claims())
    assert len(claims) > 3000
    assert sum(claim.label == "supported" for claim in claims) == len(claims) / 2
    assert any(is_held(claim.passage) for claim in claims)


def test_held_claims_are_not_trained_on_and_others_come_with_their_evidence() -> None:
    held = next(claim for claim in read_claims() if is_held(claim.passage))
    claim = Claim(PASSAGE, "-n", "Le quai Sud ferme à treize heures.", [(20, 33)])
    rows = list(claim_rows([held, claim], random.Random(1)))
    assert {row["claim"] for row in rows} == {claim.text}
    assert rows[0]["evidence"] == PASSAGE.text
    assert (rows[0]["label"], rows[0]["loose"]) == ("contradicted", [[20, 33]])
