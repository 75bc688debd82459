"""Questions that compare: one question about each side."""

import pytest

from rag.query.comparison import parse_comparison

PAIRS = {
    "Quelle est la différence entre le bac et le pont ?": ("le bac", "le pont"),
    "Quelle différence de tarif y a-t-il entre le bac et le pont ?": ("tarif le bac", "tarif le pont"),
    "What is the difference in weight between the oak and the ash?": ("weight the oak", "weight the ash"),
    "Compare les horaires du musée et de la piscine": ("les horaires du musée", "les horaires de la piscine"),
    "Compare le chêne et le frêne : quelle densité ?": ("quelle densité le chêne", "quelle densité le frêne"),
    "Compare the rent of the hall in 2021 and in 2022": (
        "the rent of the hall in 2021",
        "the rent of the hall in 2022",
    ),
    "Compare release 4.1 with 4.2": ("release 4.1", "release 4.2"),
    "En quoi le bail diffère-t-il du prêt ?": ("le bail", "prêt"),
    "How does the oak compare to the ash?": ("the oak", "the ash"),
    "The oak versus the ash": ("The oak", "the ash"),
    "Qu'est-ce qui distingue le chêne du frêne ?": ("le chêne", "frêne"),
    "Quels sont les points communs entre le bac et le pont ?": ("le bac", "le pont"),
    "What do the oak and the ash have in common?": ("the oak", "the ash"),
    "Le bac ou le pont : lequel est plus long ?": ("lequel est plus long Le bac", "lequel est plus long le pont"),
    "Lequel est plus long, le bac ou le pont ?": ("Lequel est plus long le bac", "Lequel est plus long le pont"),
    "Combien de visiteurs en 2021 et en 2022 ?": ("Combien de visiteurs en 2021", "Combien de visiteurs en 2022"),
    "Qui est le maire de Lyon et de Villeurbanne ?": (
        "Qui est le maire de Lyon",
        "Qui est le maire de Villeurbanne",
    ),
    "What is the length of the Seine and of the Rhône?": (
        "What is the length of the Seine",
        "What is the length of the Rhône",
    ),
    "Que disent Mme Arnal et M. Besson du pont ?": ("Que dit Mme Arnal du pont", "Que dit M. Besson du pont"),
    "What did Ann and Bob say about the weir?": (
        "What does Ann say about the weir",
        "What does Bob say about the weir",
    ),
}
OTHERS = (
    "Qui est le maire de Varenne ?",
    "Compare the two budgets",
    "Le pont est-il ouvert le samedi et le dimanche ?",
    "Who owns the mill and the weir?",
    "Qui préside l'association de Terre et Cité ?",
    "Quel est le prix de la farine et du lait de Lyon ?",
    "?",
)


@pytest.mark.parametrize(("question", "expected"), PAIRS.items())
def test_a_comparison_asks_about_each_side(question: str, expected: tuple[str, str]) -> None:
    comparison = parse_comparison(question)
    assert comparison is not None
    assert comparison.questions == expected


@pytest.mark.parametrize("question", OTHERS)
def test_other_questions_stay_whole(question: str) -> None:
    assert parse_comparison(question) is None


def test_long_questions_are_split_quickly() -> None:
    assert parse_comparison("compare " + "a et b versus c " * 120) is None
