"""Sentences and passages: exact offsets, whatever the text; and the hard cases of French and English."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking.passages import LENGTH, pack_passages
from index.chunking.sentences import LONGEST, split_sentences
from index.documents import Span

SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))
_WORDS = (
    "Le la. Fin ! ? … ... « » «Oui.» (non) M. Mme p. 3 3. 100.000 U.S. J.-C. etc. A é É \u202f \u00a0 - • ; , :"
    " “ ” ‘ ’ ' [ ] 。 ؟ http://a.fr/b?c a@b.fr \u200b \U0001f600 mot"
)
PIECES = st.sampled_from(
    [*_WORDS.split(" "), " ", "  ", "\n", "\n\n", "\f", "\t", "\n- ", '"', "x" * 700, "mot " * 200]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map(" ".join), st.lists(PIECES, max_size=60).map("".join))


def of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.slow
@given(TEXTS, st.lists(st.integers(0, 300)))
def test_each_character_that_is_not_white_is_in_exactly_one_sentence(text, breaks):
    spans = split_sentences(text, breaks)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert _bare(text, spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


def _bare(text: str, spans: list[Span]) -> str:
    return "".join("".join(text[start:end].split()) for start, end in spans)


@given(TEXTS)
def test_no_sentence_is_longer_than_the_limit(text):
    assert all(end - start <= LONGEST for start, end in split_sentences(text))


@given(TEXTS, st.lists(st.integers(0, 300)))
def test_no_sentence_goes_across_a_break(text, breaks):
    for start, end in split_sentences(text, breaks):
        assert not any(start < cut < end for cut in breaks)


@given(TEXTS, st.lists(st.integers(0, 300), max_size=8), st.lists(st.integers(0, 300), max_size=4))
def test_each_sentence_is_in_exactly_one_passage(text, edges, pages):
    headings = [Span(*pair) for pair in list(pairwise(sorted(set(edges))))[::2]]
    spans = split_sentences(text, [edge for heading in headings for edge in heading])
    packed = pack_passages(text, spans, headings, sorted(pages))
    assert [number for passage in packed for number in passage] == list(range(len(spans)))
    assert all(len(passage) for passage in packed)


@given(TEXTS)
def test_passages_are_bounded(text):
    spans = split_sentences(text)
    for passage in pack_passages(text, spans):
        sentences = [spans[number] for number in passage]
        blank = sum(after.start - before.end for before, after in pairwise(sentences))  # lines without letters
        assert len(sentences) == 1 or sentences[-1].end - sentences[0].start - blank <= 1.3 * LENGTH


ONE = [  # each is one sentence
    "M. Macron a reçu Mme Merkel et le Dr Martin.",
    "Mme. Le Pen et MM. Dupont et Durand étaient là.",
    "Il a vu J. K. Rowling et J.-Y. Le Drian à Paris.",
    "Le ministre J.-Y. Le Drian a parlé.",
    "Selon l'art. 5 du code, cf. Annexe II, p. 12, c'est interdit.",
    "Voir p. ex. Paris, vol. 3, no. 7, fig. 2 et n° 5.",
    "L'art. L. 121-1 du code s'applique.",
    "Rome fut fondée en 753 av. J.-C. selon la légende.",
    "Plus de 100.000 militaires et 1.5 million de civils sont là.",
    "3. Le troisième point est clair.",
    "IV. La suite du chapitre est connue.",
    "The U.S. Senate met Mr. Smith, e.g. Monday, i.e. St. John's day.",
    "The U.K. Government and Dr. J. R. R. Tolkien agreed.",
    "Voir www.exemple.fr/page?a=1 ou écrire à m.dupont@exemple.fr pour Paris.",
    "«Quoi ?» demande-t-il à la foule.",
    "« Jamais ! » s'est-il écrié.",
    "«La question a été ignorée (...) mettre en oeuvre le principe», a-t-il dit.",
    "Il a cité (...) Paris et Londres.",
    "Il a cité [...] Paris et Londres.",
    "Le format dit «Normandie» rassemble Moscou, Kiev, Berlin et Paris.",
    "Un «dialogue sincère [n'était] pas compatible avec une escalade» militaire.",
    "Il hésite... puis accepte.",
    "“Is it true?” he asked the room.",
    "Yahoo! est une entreprise, Prof. Martin le sait.",
    "The meeting was at 5 p.m. in Paris.",
    "Cette ligne est coupée à une largeur de quatre-vingts signes\nd'un autre âge, et la phrase va\njusqu'ici.",
]
SEVERAL = [
    ["Le pont est ouvert.[3, 4]", "Il est beau.【1】", "Il est long.[^2]", "Fin."],
    ["3.2. La vanne est close.", "Elle le reste."],
    ["Il est parti.", "Elle aussi."],
    ["Il est allé au café.", "Elle aussi."],
    ["C'est fini !", "Vraiment ?", "Oui…", "Non."],
    ["C'est fini\u202f!", "Vraiment\u00a0?", "Oui."],
    ["Le règlement du problème du Donbass.»", "«En conséquence, les civils sont touchés», ajoute-t-il."],
    ["«Il est parti.»", "«Elle aussi.»"],
    ["« Il est parti. »", "Le ministre aussi."],
    ["Il a dit « non ».", "Puis il est parti."],
    ["Il a dit «non».", "«Oui», a-t-elle répondu."],
    ["He said “no.”", "She said “yes.”"],
    ['He said "no."', "She left."],
    ["Des pommes, des poires, etc.", "Le reste est perdu."],
    ["Il vit aux U.S.", "Il est heureux."],
    ["It was in the U.S.", "The war was over."],
    ["C'était en 2021.", "45 personnes sont mortes."],
    ["(Il est parti.)", "Elle reste."],
    ["La crise dure.[12]", "Le pays souffre."],
    ["Ils étaient sept.", "Le lendemain, rien."],
    ["Il mesure 5 m.", "Le mur aussi."],
    ["Né en 50 av. J.-C.", "Il mourut à Rome."],
    ["他走了。", "她也走了。"],
]
BLOCKS = [
    ("Un titre seul\n\nUn paragraphe qui suit.", ["Un titre seul", "Un paragraphe qui suit."]),
    ("- un\n- deux\n• trois", ["- un", "- deux", "• trois"]),
    ("1. Un point\n2. Un autre", ["1. Un point", "2. Un autre"]),
    ("a) Un point\nb) Un autre", ["a) Un point", "b) Un autre"]),
    ("En direct\nA suivre", ["En direct", "A suivre"]),
    ("— Bonjour.\n— Bonsoir.", ["— Bonjour.", "— Bonsoir."]),
    ("Fin de page\fPage suivante", ["Fin de page", "Page suivante"]),
    ("   \n\n  \n", []),
]


@pytest.mark.parametrize("text", ONE)
def test_one_sentence_stays_whole(text):
    assert of(text) == [text]


@pytest.mark.parametrize("parts", SEVERAL, ids=lambda parts: parts[0])
def test_sentences_are_parted(parts):
    assert of(" ".join(parts)) == parts


@pytest.mark.parametrize(("text", "parts"), BLOCKS)
def test_blocks_part_sentences(text, parts):
    assert of(text) == parts


def test_quotes_without_a_space_between_are_parted():
    assert of("«Il est parti.»«Elle aussi.»") == ["«Il est parti.»", "«Elle aussi.»"]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_the_paragraphs_of_press_articles_start_sentences(path):
    text = path.read_text("utf-8")
    starts = {start for start, _ in split_sentences(text)}
    assert {text.index(line.strip()) for line in text.split("\n") if line.strip()} <= starts


def test_a_real_quotation_of_two_sentences_is_parted_at_its_quote_marks():
    parts = of(SEEDS[0].read_text("utf-8"))
    assert any(sentence.endswith("problème du Donbass.»") for sentence in parts)
    assert any(sentence.startswith("«En conséquence, les civils") for sentence in parts)
    assert any(sentence.endswith("dans les prochains jours».") for sentence in parts)


def test_a_heading_opens_the_passage_of_what_follows():
    text = "Un paragraphe.\n\nUn titre\n\nLa suite du texte."
    spans = split_sentences(text)
    assert pack_passages(text, spans, [spans[1]]) == [range(1), range(1, 3)]


def test_a_page_opens_a_passage():
    text = "Une page.\n\nUne autre page."
    assert pack_passages(text, split_sentences(text), pages=[0, 11]) == [range(1), range(1, 2)]


def test_a_form_feed_opens_a_passage():
    assert pack_passages("Un.\n\f\nDeux.\n\nTrois.\f", split_sentences("Un.\n\f\nDeux.\n\nTrois.\f")) == [
        range(1),
        range(1, 3),
    ]


def test_paragraphs_that_fit_stay_whole():
    paragraph = "Une phrase de trente signes ici. " * 20
    text = f"{paragraph}\n\n{paragraph}"
    assert [len(passage) for passage in pack_passages(text, split_sentences(text))] == [20, 20]


@pytest.mark.parametrize("junk", [".", " ", "\n", "»", "! ", "«", "a.", "- ", "\n ", ". (", "... "], ids=repr)
def test_a_long_row_of_one_thing_is_split_in_bounded_time(junk):
    text = junk * (200_000 // len(junk))
    spans = split_sentences(text)
    assert _bare(text, spans) == "".join(text.split())
    pack_passages(text, spans)


@pytest.mark.parametrize("marks", [". . .", "… …", "- . -", "* * *. ", "! ? ! ?"])
def test_marks_alone_are_no_sentences_of_their_own(marks):
    assert of(f"{marks} Il est parti. Elle aussi.") == [f"{marks} Il est parti.".strip(), "Elle aussi."]


def test_a_file_of_stops_gives_few_sentences_and_a_file_of_line_ends_none():
    assert len(split_sentences(". " * 150_000)) == pytest.approx(2 * 150_000 / LONGEST, rel=0.1)
    assert split_sentences("\n" * 150_000) == []


@pytest.mark.parametrize(
    "lines",
    [
        "2024-03-05 10:11:12 INFO la vanne du bassin deux est ouverte\n"
        "2024-03-05 10:11:13 WARN la vanne du bassin trois est close",
        "05/03/2024 10:11 - Zoé: je passe te prendre au bord du bassin\n"
        "05/03/2024 10:12 - Ali: oui, j'apporte les bottes et le panier",
        "[10:11] Zoé : je passe te prendre demain au bord du grand bassin\n"
        "[10:12] Ali : oui, mais j'apporte les bottes et le panier neuf",
        "Mar  5 10:11:12 cuve pompe[1]: mise en marche de la pompe un là\n"
        "Mar  5 10:11:13 cuve pompe[1]: mise en marche de la pompe deux",
        "Bassin du haut      profond de deux mètres      vidé en octobre\n"
        "Bassin du bas       profond de trois mètres     vidé en novembre",
        "29200 Brest, bureau du port, quai de la Douane, numéro douze bis\n"
        "29900 Concarneau, bureau du port, quai Pénéroff, numéro quatorze",
        "Zoé: je passe te prendre demain matin au bord du grand bassin là\n"
        "Ali: oui, mais il faut que j'apporte les bottes et le panier neuf",
    ],
)
def test_lines_that_begin_alike_do_not_continue_each_other(lines):
    assert of(f"{lines}\n{lines}") == [*lines.split("\n"), *lines.split("\n")]


def test_a_wrapped_paragraph_stays_whole_though_a_line_of_it_begins_with_a_number():
    wrapped = (
        "Le bassin du haut a été vidé le lundi dans la matinée, et vers\n"
        "20 heures il était de nouveau plein, car la pluie n'a pas\ncessé."
    )
    assert of(wrapped) == [wrapped]
