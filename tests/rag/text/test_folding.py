"""Folded texts with the offsets of the original."""

from rag.text.folding import fold_keeping_offsets


def test_the_number_of_a_note_is_a_gap_and_the_offsets_stay() -> None:
    text = "En 1950¹, 40 m² près de l'Étang²³"
    assert fold_keeping_offsets(text) == "en 1950 , 40 m² pres de l'etang  "
    assert len(fold_keeping_offsets(text)) == len(text)
