"""A row of another number, and a word that no document has, are no answer."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index
from rag.extraction.evidence.read_sentences import weigh_sentences
from rag.extraction.near_misses.identifiers import lacks_name, without_near_misses
from rag.query.question import parse_question
from rag.ranking.rerank import searcher

pytestmark = pytest.mark.slow

TEXTS = {
    "lignes.csv": (
        "Ligne;Terminus;Premier départ;Dernier départ;Fréquence en minutes\n"
        "3;Moulin;05:50;21:40;15\n4;Forge;06:05;20:55;8\n7;Lavoir;06:00;22:20;12\n9;Carrière;04:45;23:15;20\n"
    ),
    "musee.md": (
        "# Le musée du sel\n\nLe musée du sel est ouvert du mardi au dimanche, de 10 h à 18 h. Il loue des bottes pour "
        "la visite des marais. La salle de lecture ferme à 17 h.\n"
    ),
    "ports.txt": (
        "The NTP service uses port 123 for its clients. The DHCP service uses port 67 for its clients. "
        "The remote login shell uses port 22 for its clients.\n"
    ),
    "pains.md": (
        "# Pains du moulin\n\n## Pain de seigle\n\nIl se garde une semaine. Sa croûte est brune.\n\n"
        "## Pain de froment\n\nIl se garde deux jours. Sa croûte est blonde.\n"
    ),
    "tri.txt": (
        "Le casier vert reçoit le verre. Le casier jaune reçoit les emballages. Le casier gris reçoit le reste.\n"
    ),
    "jetons.md": (
        "# Les jetons du jeu\n\nDans la méthode des jetons, chaque joueur prend un « jeton » d'une couleur "
        "particulière, qui représente son rôle dans la partie.\n\nLa méthode des jetons change les habitudes de la "
        "partie. Un jeton se pose, se passe ou se garde.\n\n"
        "## Jeton rouge\n\n" + 10 * "Les émotions et les pressentiments, sans qu'il faille les justifier. " + "\n\n"
        "## Jeton vert\n\n" + 10 * "Les idées nouvelles, même les plus folles, que personne ne critique. " + "\n\n"
        "## Jeton noir\n\n" + 10 * "La prudence, les dangers et les raisons de ne pas le faire. " + "\n\n"
        "## Jeton blanc\n\n" + 10 * "Les faits et les chiffres, sans interprétation ni avis. " + "\n"
    ),
    "primes.md": (
        "# Les primes\n\n- Une note de niveau 5 donne droit à une prime de 4 % du salaire.\n"
        "- Une note de niveau 4 donne droit à une prime de 2 % du salaire.\n"
        "- Une note de niveau 3 donne droit à un jour de repos.\n"
    ),
    "facade.txt": "La façade violette de la salle reçoit le soleil du matin.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("folder"), TEXTS)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("À quelle heure part le dernier bus de la ligne 9 ?", "23:15"),
        ("Quelle est la fréquence de la ligne 7 ?", "Fréquence en minutes: 12"),
        ("Combien de temps se garde le pain de froment ?", "deux jours"),
        ("Combien de temps se garde le pain de seigle ?", "une semaine"),
        ("Le musée loue-t-il des botes ?", "loue des bottes"),
        ("What port does the NTP service use?", "port 123"),
        ("Que reçoit le casier jaune ?", "emballages"),
        ("Quelle prime donne une note de niveau 4 ?", "2 %"),
        ("Que fait un joueur dans la méthode des jetons ?", "couleur particulière"),
    ],
)
def test_the_row_or_the_part_that_is_named_is_quoted(folder: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=folder).citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la fréquence de la ligne 8 ?",  # 8 is a frequency, of another line
        "Quel est le premier départ de la ligne 15 ?",
        "Le musée loue-t-il des audioguides ?",
        "Que reçoit le casier violet ?",
        "Quelle prime donne une note de niveau 2 ?",
        "Que représente le jeton violet dans la méthode des jetons ?",
        "horaires piscine",
        "Qu'est-ce qu'un brigantin ?",
        "What port does the SNMP service use?",
    ],
)
def test_another_row_or_a_word_that_nothing_has_is_no_answer(folder: Index, question: str) -> None:
    assert not rag.ask(question, index=folder).found


def test_beside_the_best_sentence_on_another_year_only_what_names_the_very_year_is_left(tmp_path: Path) -> None:
    texts = {
        "salaires.md": "Le salaire maximal de la régie est de 9 100 euros en 2024. C'est celui de la directrice.\n",
        "dates.md": "# Le calendrier de la régie\n\nLa régie ferme le 2 mai 2025 et paie le salaire la veille.\n",
    }
    index = index_of(tmp_path, texts)
    question = parse_question("Quel est le salaire maximal de la régie en 2025 ?")
    ranked = searcher(index).read(question, searcher(index).rank(question))
    scored = weigh_sentences(question, ranked)
    assert "2024" in scored[0].sentence.text
    assert ["2025" in sentence.sentence.text for sentence in without_near_misses(question, scored)] == [True]


@pytest.mark.parametrize(
    ("name", "is_lacking"),
    [("NTP", False), ("SNMP", True), ("RLS", False)],  # the last are the initials of "remote login shell"
)
def test_a_name_in_capitals_must_be_written_or_spelled(folder: Index, name: str, is_lacking: bool) -> None:
    question = parse_question(f"What port does the {name} service of the login clients use?")
    assert lacks_name(question, searcher(folder).rank(question)) is is_lacking


def test_the_number_of_a_note_does_not_hide_a_code(tmp_path: Path) -> None:
    texts = {"a.txt": "Le formulaire 412¹ sert aux marchands. Le formulaire 413² sert aux clients."}
    answer = rag.ask("À quoi sert le formulaire 412 ?", index=index_of(tmp_path, texts))
    assert [citation.quote for citation in answer.citations] == ["Le formulaire 412¹ sert aux marchands."]
