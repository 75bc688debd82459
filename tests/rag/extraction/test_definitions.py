"""Which sentences define a term, and which words an acronym stands for."""

import pytest

from rag.extraction.definitions import CERTAIN, Term, find_expansion, parse_term, rate_definition


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("C'est quoi un rucher ?", "rucher"),
        ("C'est quoi au juste un « bac à semis » ?", "bac à semis"),
        ("Qu'est-ce qu'on appelle un rucher ?", "rucher"),
        ("Ça veut dire quoi, « rucher mobile » ?", "rucher mobile"),
        ("On entend quoi par hausse ?", "hausse"),
        ("Les AOP dans le bilan, ça désigne quoi ?", "AOP"),
        ("A smoker, what's that?", "smoker"),
        ("what exactly is a smoker", "smoker"),
        ("What do they mean by supering?", "supering"),
        ("Qu'est-ce que le droit de puisage ?", "droit de puisage"),
        ("Qu'est-ce qu'une écluse ?", "écluse"),
        ("Définition de « nasse »", "nasse"),
        ("définition nasse", "nasse"),
        ("c koi une nasse", "nasse"),
        ("Kesako la nasse ?", "nasse"),
        ("Explique-moi ce qu'est une nasse", "nasse"),
        ("Peux-tu m'expliquer ce que veut dire nasse ?", "nasse"),
        ("À quoi correspond le sigle CDV ?", "CDV"),
        ("Que représentent les lettres CDV ?", "CDV"),
        ("CDV veut dire quoi ?", "CDV"),
        ("Comment se définit une nasse ?", "nasse"),
        ("whats a sluice", "sluice"),
        ("Can you explain what a sluice is?", "sluice"),
        ("tell me what sluice means", "sluice"),
        ('What does "sluice" mean in the handbook?', "sluice"),
        ("What is HCW short for?", "HCW"),
        ("HCW stands for?", "HCW"),
        ("the full form of HCW", "HCW"),
        ("Que veut dire le mot « trémail » ?", "trémail"),
        ("What is a sluice gate?", "sluice gate"),
        ("What does weir mean?", "weir"),
        ("Define batten", "batten"),
        ("What are lintels?", "lintels"),
        ("what is the definition of a purlin?", "purlin"),
    ],
)
def test_the_term_of_a_question_for_a_definition_is_found(question: str, term: str) -> None:
    assert (span := parse_term(question))
    assert span.text == term


@pytest.mark.parametrize(
    "question",
    [
        "What is the price of the lantern?",
        "What is the height of the mill?",
        "Qu'est-ce que le maire a signé ?",
        "What did the clerk say?",
        "Qui a défini le tarif ?",
        "What are the keepers required to do when they leave?",
    ],
)
def test_a_question_for_something_else_has_no_term(question: str) -> None:
    assert parse_term(question) is None


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("weir", "A weir is a low wall across a river."),
        ("weir", "In hydrology, a weir (also a low-head dam) is a barrier."),
        ("weir", "Weirs are walls that raise the water."),
        ("weir", "The term “weir” refers to a low wall."),
        ("weir", "The term weir is a name for a low wall."),
        ("Weir", "The vessel Weir is a barge."),
        ("weir", "Weir: a low wall across a river."),
        ("nasse", "Une nasse désigne un panier de pêche."),
        ("nasse", "On entend par nasse un panier fixe."),
        ("nasse", "La nasse, posée au fond, est un panier."),
        ("nasse", "Un panier fixe, appelé nasse, retient le poisson."),
    ],
)
def test_a_sentence_that_defines_is_told_by_its_form(term: str, sentence: str) -> None:
    assert rate_definition(Term(term, is_expanded=False), sentence) >= CERTAIN


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("weir", "The weir's name."),
        ("weir", "The weir keeper is a council officer."),
        ("weir", "Every boat below the weir is moored."),
        ("weir", "A weir is not a dam."),
        ("weir", "Is a weir a dam?"),
        ("nasse", "La nasse est vide."),
        ("nasse", "La nasse est donc une alternative au filet."),
        ("nasse", "Le propriétaire de la nasse paie."),
        ("nasse", "Le vol à la nasse constitue une faute."),
        ("weir", "The keeper's trust in the weir is a surprise."),
        ("weir", "A rolling weir is a simple kind of barrier."),
        ("facet", "A word facet is a simple version of a text facet."),
    ],
)
def test_a_sentence_that_only_names_the_term_does_not_define_it(term: str, sentence: str) -> None:
    assert rate_definition(Term(term, is_expanded=False), sentence) < CERTAIN


@pytest.mark.parametrize(
    ("acronym", "sentence", "expansion"),
    [
        ("HCW", "The Harbour Council of Works (HCW) meets.", "Harbour Council of Works"),
        ("HCW", "The HCW (Harbour Council of Works) meets.", "Harbour Council of Works"),
        ("HCW", "HCW: harbour council works", "harbour council works"),
        ("HCW", "HCW stands for harbour council of works.", "harbour council of works"),
        ("OPE", "L'office public de l'eau, ou OPE, est saisi.", "office public de l'eau"),
        ("OPE", "les agents de l'Office de la Pêche et des Étangs (OPE)", "Office de la Pêche et des Étangs"),
        ("HCW", "HCW (acronym of Harbour Council of Works)", "Harbour Council of Works"),
        ("OPE", "l'OPE (sigle d'office public de l'eau)", "office public de l'eau"),
        ("ACV", "L'ACV (atelier communal de vannerie)", "atelier communal de vannerie"),
        ("LTV", "La Laiterie du Val (LTV) ferme.", "Laiterie du Val"),
        ("CNRP", "le Centre national de la recherche potière (CNRP)", "Centre national de la recherche potière"),
    ],
)
def test_the_letters_of_an_acronym_are_spelled_out(acronym: str, sentence: str, expansion: str) -> None:
    assert (span := find_expansion(acronym, sentence))
    assert sentence[span.start : span.end] == expansion


@pytest.mark.parametrize(
    "sentence", ["The HCW meets (on Mondays).", "The heads of crews (HCW) meet.", "HCW, which met"]
)
def test_other_words_beside_an_acronym_are_not_its_expansion(sentence: str) -> None:
    assert find_expansion("HCW", sentence) is None


def test_a_labelled_item_defines_and_what_opens_with_a_pronoun_does_so_less() -> None:
    weir = Term("weir", is_expanded=False)
    labelled = rate_definition(weir, 'h. "weir": a weir is a low wall across a river.')
    assert labelled > CERTAIN
    assert rate_definition(weir, "This new kind of wall is what we call a weir.") < labelled


def test_a_noun_of_two_words_is_no_acronym() -> None:
    assert (term := parse_term("What does the grey hat stand for?"))
    assert not term.is_acronym
    assert (term := parse_term("What does rbi stand for?"))
    assert term.is_acronym


def test_an_acronym_is_also_typed_in_small_letters() -> None:
    letters = [term.letters for text in ("C'est quoi l'ope ?", "What is a weir gate?") if (term := parse_term(text))]
    assert letters == ["OPE", ""]


def test_a_value_after_a_term_does_not_define_it() -> None:
    assert rate_definition(Term("toll", is_expanded=False), "Toll: 329 crowns each year") < CERTAIN


def test_a_definition_after_where_it_holds_goes_before_one_inside_a_sentence() -> None:
    pruning = Term("pruning", is_expanded=False)
    inside = rate_definition(pruning, "Shears are sold here; pruning is a great way to keep a hedge.")
    assert rate_definition(pruning, "In gardening, pruning refers to the cutting of branches.") > inside
