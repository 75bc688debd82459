"""Greetings, the folder, documents as a whole, articles and mentions, over a small folder."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer, Turn

pytestmark = pytest.mark.slow

FILES = {
    "grange.md": "# La grange\n\nLa grange abrite des charrettes.\n\n## Arrosage\n\nL'eau coule le lundi. Elle est "
    "tiède.\n\n## Chauffage\n\nLe poêle est réglé à 18 degrés.\n",
    "Ferry notes.txt": "The ferry sails at noon. Ferries are slow. The ferry, a green ferry, waits for the mail.",
    "quai.txt": "La CDV répare le quai. Le bureau de la CDV ouvre à neuf heures.",
    "verger.md": "# Le verger\n\nLe verger compte neuf poiriers.\n",
    "a/bilan.txt": "Le bilan de janvier est bon.\n",
    "b/bilan.txt": "Le bilan de février est mauvais.\n",
    "lois/village.txt": "Code du village\n\nArticle 1er\nLa fontaine est ouverte à tous.\n\n"
    "Article 12. Le marché a lieu le samedi.\nIl ferme à midi.\n\n"
    "Article 12-1. Le marché de Noël dure une semaine.\n\n"
    "Article 13 - Des arrêtés\nHors le cas de l'article 12, chaque arrêté est lu.\n",
    "handbook.md": "# Staff handbook\n\n## 8. Training\n\nFive days a year.\n\n### 8.1 Fees\n\nUp to £900.\n\n"
    "## 18. Exit\n\nReturn your badge.\n\n## 9 May\n\nThe sale begins.\n\n## 9 mai\n\nLa vente commence.\n",
    "lois/hameau.txt": "Code du hameau\n\nArticle 12\nLe bal est public.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Index:
    corpus = tmp_path_factory.mktemp("folder")
    for name, text in FILES.items():
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    rebuild(corpus, corpus.parent / "index")
    return open_index(corpus.parent / "index")


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Bonjour", "fr"),
        ("Salut !!", "fr"),
        ("Merci beaucoup, c'est parfait !", "fr"),
        ("merci, c'est très clair", "fr"),
        ("Parfait, merci pour ta réponse rapide", "fr"),
        ("ok je vois", "fr"),
        ("Bonne journée", "fr"),
        ("Salut ! Tu sers à quoi ?", "fr"),
        ("thanks, that helps a lot", "en"),
        ("perfect, exactly what I needed", "en"),
        ("bye", "en"),
        ("See you later", "en"),
        ("Good morning, how does this work?", "en"),
        ("Tu peux faire quoi ?", "fr"),
        ("Qui es-tu ?", "fr"),
        ("aide-moi stp", "fr"),
        ("Comment ça va ?", "fr"),
        ("Es-tu une IA ?", "fr"),
        ("Quelle heure est-il ?", "fr"),
        ("Raconte-moi une blague", "fr"),
        ("hi", "en"),
        ("Hello there 👋", "en"),
        ("Thanks a lot!", "en"),
        ("What can you do?", "en"),
        ("help", "en"),
        ("ok great", "en"),
        ("What's up?", "en"),
        ("Are you a robot?", "en"),
        ("Tell me a joke", "en"),
    ],
)
def test_a_courtesy_is_answered_in_its_language_without_a_quote(folder: Index, message: str, language: str) -> None:
    answer = rag.ask(message, index=folder)
    assert (answer.kind, answer.found, answer.citations, answer.nearest) == ("greeting", False, (), ())
    assert ("vos documents" if language == "fr" else "your documents") in answer.text.lower()


@pytest.mark.parametrize(
    "question",
    [
        "Bonjour, combien de poiriers compte le verger ?",
        "How many poiriers in le verger, please?",
        "Who said hello?",
        "Quelle heure est-il au verger ?",
        "Comment va le verger ?",
    ],
)
def test_a_question_that_greets_is_a_question(folder: Index, question: str) -> None:
    assert rag.ask(question, index=folder).kind in ("quotes", "not_found")


def test_a_greeting_is_no_subject_of_a_follow_up(folder: Index) -> None:
    question = "Combien de poiriers compte le verger ?"
    turns = [Turn(question, rag.ask(question, index=folder)), Turn("Merci", rag.ask("Merci", index=folder))]
    assert "verger" in rag.ask("Et combien de pommiers ?", index=folder, history=turns).question_understood


@pytest.mark.parametrize(
    "question",
    [
        "Quels documents as-tu ?",
        "Liste les fichiers",
        "Sur quoi portent tes documents ?",
        "Quels sont les titres de tes documents ?",
        "What files do you have?",
        "List your documents",
        "What are these documents about?",
        "What topics do the documents cover?",
    ],
)
def test_the_documents_are_listed(folder: Index, question: str) -> None:
    answer = rag.ask(question, index=folder)
    assert answer.kind == "library"
    assert re.findall(r"^- (\S.*?)(?: \(.*\))?$", answer.text, re.MULTILINE) == sorted(FILES)


@pytest.mark.parametrize(
    ("question", "documents", "count"),
    [
        ("Combien de documents as-tu ?", (), "9"),
        ("How many files are there in the folder?", (), "9"),
        ("Combien de fichiers y a-t-il ?", ("lois/*",), "2"),
        ("How many PDFs do you have?", (), "no document"),
    ],
)
def test_documents_are_counted_within_the_filters(
    folder: Index, question: str, documents: Sequence[str], count: str
) -> None:
    answer = rag.ask(question, index=folder, documents=documents)
    assert answer.kind == "library"
    assert count in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Quels documents faut-il pour le marché ?",
        "Combien de fichiers le maire a-t-il signés ?",
        "Which files are slow?",
    ],
)
def test_a_question_about_what_documents_say_is_not_about_the_folder(folder: Index, question: str) -> None:
    assert rag.ask(question, index=folder).kind != "library"


@pytest.mark.parametrize(
    "question",
    [
        "De quoi parle le document grange.md ?",
        "de quoi parle GRANGE",
        "Résume la grange",
        "What is in grange.md?",
        "Summarise grange",
        "Give me an outline of grange.md",
        "Quels sont les points clés de grange.md ?",
        "What's the grange page about?",
        "What are the main points of grange.md?",
        "Can you summarise grange.md for me?",
        "Résume grange.md en trois phrases, stp",
        "De quoi parle la page sur la grange ?",
    ],
)
def test_an_overview_quotes_the_start_of_each_part(folder: Index, question: str) -> None:
    answer = rag.ask(question, index=folder)
    assert answer.kind == "overview"
    assert quotes(answer) == [
        "La grange abrite des charrettes.",
        "L'eau coule le lundi.",
        "Le poêle est réglé à 18 degrés.",
    ]
    assert answer.remark.endswith("La grange · Arrosage · Chauffage")


def test_a_name_with_spaces_and_no_heading_is_resolved(folder: Index) -> None:
    answer = rag.ask("What is ferry notes.txt about?", index=folder)
    assert answer.kind == "overview"
    assert quotes(answer)[0] == "The ferry sails at noon."


def test_an_overview_begins_with_prose(tmp_path: Path) -> None:
    letterhead = "Logo du cercle\nCercle des potiers\npotiers@exemple.fr\n\n# Séance du 3 mai\n\n"
    present = "Étaient présents :\n\n- Ada Orme\n- Jean Vaux\n\nLa séance est ouverte à dix heures par Ada Orme.\n"
    front_matter = (
        "---\ntitle: The kiln\nkeywords: kiln, oven, firing, glaze, ash\n---\n\nThe kiln is fired twice a year.\n"
    )
    index = index_of(tmp_path, {"seance.md": letterhead + present, "kiln.md": front_matter})
    assert quotes(rag.ask("De quoi parle seance.md ?", index=index))[0].startswith("La séance est ouverte")
    assert quotes(rag.ask("What is kiln.md about?", index=index))[0] == "The kiln is fired twice a year."


def test_a_short_entry_of_a_glossary_is_quoted_to_its_end(tmp_path: Path) -> None:
    terms = "# Terms\n\n- Bisque - To fire the clay once. This makes it hard and porous.\n- Slip - Thin clay.\n"
    index = index_of(tmp_path, {"terms.md": terms})
    for question in ("What does bisque mean?", "What does bisque mean here?"):
        first = quotes(rag.ask(question, index=index))[0]
        assert first == "Bisque - To fire the clay once. This makes it hard and porous."


def test_an_ambiguous_name_asks_which(folder: Index) -> None:
    answer = rag.ask("Résume bilan.txt", index=folder)
    assert (answer.kind, answer.citations) == ("library", ())
    assert "a/bilan.txt" in answer.text
    assert "b/bilan.txt" in answer.text
    assert rag.ask("Résume a/bilan.txt", index=folder).citations[0].source == "a/bilan.txt"


def test_this_document_is_the_one_cited_last(folder: Index) -> None:
    question = "Combien de poiriers compte le verger ?"
    turn = Turn(question, rag.ask(question, index=folder))
    answer = rag.ask("De quoi parle ce document ?", index=folder, history=[turn])
    assert (answer.kind, answer.citations[0].source) == ("overview", "verger.md")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Que dit l'article 12 du code du village ?", "Le marché a lieu le samedi.\nIl ferme à midi."),
        ("Cite-moi le texte complet de l'article 12 du code du hameau", "Le bal est public."),
        ("What does article 12-1 say?", "Le marché de Noël dure une semaine."),
        ("Que prévoit l'article premier ?", "La fontaine est ouverte à tous."),
        ("article 13", "Hors le cas de l'article 12, chaque arrêté est lu."),
        ("What does section 8 of the staff handbook say?", "Five days a year.\n\n8.1 Fees\n\nUp to £900."),
        ("Que dit la section 8.1 ?", "Up to £900."),
        ("Show me section 18", "Return your badge."),
    ],
)
def test_an_article_is_quoted_whole_without_its_heading(folder: Index, question: str, quote: str) -> None:
    answer = rag.ask(question, index=folder)
    assert (answer.kind, quotes(answer)) == ("quotes", [quote])


@pytest.mark.parametrize("question", ["What does section 9 say?", "Que dit la section 8 du code du village ?"])
def test_a_day_or_a_section_of_another_document_is_none(folder: Index, question: str) -> None:
    assert not {"The sale begins.", "La vente commence.", "Five days a year."} & {
        *quotes(rag.ask(question, index=folder))
    }


def test_an_article_of_several_documents_is_quoted_from_each(folder: Index) -> None:
    answer = rag.ask("Que dit l'article 12 ?", index=folder)
    assert [citation.source for citation in answer.citations] == ["lois/hameau.txt", "lois/village.txt"]


def test_an_article_that_is_not_there_is_refused_where_others_are(tmp_path: Path) -> None:
    articles = ["Le club est ouvert.", "Le bureau a trois membres.", "La cotisation est de 9 euros."]
    text = "\n\n".join(f"Article {number}\n{article}" for number, article in enumerate(articles, start=1))
    index = index_of(tmp_path, {"statuts.txt": f"Statuts\n\n{text}\n", "notes.txt": "La cotisation est de 9 euros."})
    assert quotes(rag.ask("Cite l'article 3 des statuts", index=index)) == [articles[2]]
    assert rag.ask("Cite l'article 9 des statuts", index=index).kind == "not_found"


def test_the_article_after_the_one_that_was_quoted_is_quoted_whole(folder: Index) -> None:
    first = rag.ask("Que dit l'article 12 du code du village ?", index=folder)
    following = rag.ask("Et le suivant ?", index=folder, history=[Turn(first.question, first)])
    assert quotes(following) == ["Hors le cas de l'article 12, chaque arrêté est lu."]
    assert following.question_understood == "Que dit l'article 13 du code du village ?"


def test_a_paragraph_of_an_article_is_quoted_by_its_number(tmp_path: Path) -> None:
    article = "Article 7: Dues\n\n7.1. Founders pay nothing.\n\n7.2 Others pay in May.\nThey may pay in kind.\n"
    prices = "# Prices\n\n7.2 crowns a night.\n"
    text = f"{article}\nArticle 8: Bodies\n\n8.1. The board.\n"
    index = index_of(tmp_path, {"bylaws.txt": text, "prices.md": prices})
    assert quotes(rag.ask("Show me article 7.2", index=index)) == ["Others pay in May.\nThey may pay in kind."]
    assert quotes(rag.ask("What does article 8.1 say?", index=index)) == ["The board."]


def test_an_article_that_none_of_many_documents_has_is_refused(tmp_path: Path) -> None:
    articles = "\n\n".join(f"Article {number}\nRule {number} is kept." for number in (1, 2, 3))
    notes = {f"note{number}.txt": f"Note {number} on the bridge." for number in range(45)}
    index = index_of(tmp_path, {"rules.txt": f"Rules\n\n{articles}\n", **notes})
    assert rag.ask("What does article 9 say?", index=index).kind == "not_found"


def test_a_question_about_an_article_is_left_to_the_ranking(folder: Index) -> None:
    assert quotes(rag.ask("Qui lit chaque arrêté hors le cas de l'article 12 ?", index=folder))[0].startswith(
        "Hors le cas"
    )


@pytest.mark.parametrize(
    "question",
    [
        "toutes les mentions du ferry",
        "Every mention of “ferry”",
        "Combien de fois le ferry est-il mentionné ?",
        "how many times is ferry mentioned in Ferry notes.txt?",
        "Combien de fois est mentionné le ferry ?",
        "Cite tous les passages sur le ferry",
        "Show me all sentences about the ferry",
    ],
)
def test_all_mentions_are_quoted_and_counted(folder: Index, question: str) -> None:
    answer = rag.ask(question, index=folder, k=1)
    assert answer.kind == "list"
    assert quotes(answer) == [
        "The ferry sails at noon.",
        "Ferries are slow.",
        "The ferry, a green ferry, waits for the mail.",
    ]
    assert re.findall(r"\d+", answer.remark) == ["3", "1", "4"]
    assert [citation.focus_text for citation in answer.citations] == ["ferry", "Ferries", "ferry"]


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("Every mention of “barge”", "1,001 sentences in 1 document"),
        ("toutes les mentions de «barge»", "1\u202f001 phrases"),
    ],
)
def test_many_mentions_are_counted_as_the_language_groups_digits(tmp_path: Path, question: str, counted: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "log.txt").write_text("The barge waits.\n\n" * 1001, encoding="utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    assert counted in rag.ask(question, index=tmp_path / "index").remark


def test_a_question_for_documents_gets_the_first_mention_of_each(folder: Index) -> None:
    answer = rag.ask("Quels documents parlent du bilan ?", index=folder)
    assert [citation.source for citation in answer.citations] == ["a/bilan.txt", "b/bilan.txt"]
    answer = rag.ask("How many documents mention the ferry?", index=folder)
    assert quotes(answer) == ["The ferry sails at noon."]
    assert re.findall(r"\d+", answer.remark) == ["3", "1", "4"]
    assert len(quotes(rag.ask("Which documents mention the ferry?", index=folder, k=None))) == 3


@pytest.mark.parametrize(
    "question",
    [
        "Y a-t-il un document sur la grange ?",
        "As-tu des documents sur la grange ?",
        "Quel document parle de la grange ?",
        "Dans quel fichier parle-t-on de la grange ?",
        "Is there a document about the grange?",
        "Which documents do you have about the grange?",
    ],
)
def test_documents_on_a_subject_are_named_by_their_first_mention(tmp_path: Path, question: str) -> None:
    texts = {"a.txt": "Le chemin\n\nLa route mène à la grange. La grange brûle.", "grange.txt": "La grange est grande."}
    answer = rag.ask(question, index=index_of(tmp_path, texts))
    assert answer.kind == "list"
    assert quotes(answer) == ["La grange est grande.", "La route mène à la grange."]  # first the one so named


def test_without_a_limit_every_sentence_that_holds_the_words_is_quoted(folder: Index) -> None:
    assert len(quotes(rag.ask("marché", index=folder, k=None))) == 2
    assert quotes(rag.ask("le marché de Noël", index=folder, k=None)) == ["Le marché de Noël dure une semaine."]
    assert quotes(rag.ask('"code du hameau"', index=folder, k=None)) == ["Code du hameau"]
    assert rag.ask("sous-marin", index=folder, k=None).kind == "not_found"


def test_all_mentions_are_those_that_a_plain_search_of_the_texts_finds(seeds: Index) -> None:
    for word in ("Macron", "février", "cessez-le-feu", "russe"):
        answer = rag.ask(word, index=seeds, k=None)
        pattern = re.compile(rf"\b{word}[sx]?\b", re.IGNORECASE)
        texts = [seeds.document(id).text for id in seeds.document_ids]
        assert sum(len(pattern.findall(quote)) for quote in quotes(answer)) == sum(
            len(pattern.findall(t)) for t in texts
        )


def test_a_document_named_in_a_question_is_looked_into_first(folder: Index) -> None:
    question = "Quand est le bilan bon ou mauvais"
    assert rag.ask(f"{question} dans b/bilan.txt ?", index=folder).citations[0].source == "b/bilan.txt"
    assert rag.ask(f"{question} dans le fichier a/bilan.txt ?", index=folder).citations[0].source == "a/bilan.txt"


def test_a_definition_goes_before_what_only_names_its_term(tmp_path_factory: pytest.TempPathFactory) -> None:
    corpus = tmp_path_factory.mktemp("terms")
    (corpus / "a.txt").write_text("The weir's name. The weir opens late. The weir of the mill is high.\n", "utf-8")
    (corpus / "b.txt").write_text("Boats wait in the basin. A weir is a low wall that holds water back.\n", "utf-8")
    (corpus / "c.txt").write_text("The HCW is late. The Harbour Council of Works (HCW) sets the toll.\n", "utf-8")
    rebuild(corpus, corpus.parent / "terms-index")
    index = open_index(corpus.parent / "terms-index")
    assert quotes(rag.ask("What is a weir?", index=index)) == ["A weir is a low wall that holds water back."]
    spelled = rag.ask("What does HCW stand for?", index=index)
    assert quotes(spelled) == ["The Harbour Council of Works (HCW) sets the toll."]
    assert spelled.citations[0].focus_text == "Harbour Council of Works"


def test_a_heading_that_spells_an_acronym_out_is_quoted_with_what_is_below(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    corpus = tmp_path_factory.mktemp("headings")
    (corpus / "a.md").write_text("# Harbour Council of Works (HCW)\n\nIt sets the toll each year.\n", "utf-8")
    (corpus / "b.md").write_text("# Terms\n\n## OFW\n\nOffice of Fresh Water issues the permits.\n", "utf-8")
    rebuild(corpus, corpus.parent / "headings-index")
    index = open_index(corpus.parent / "headings-index")
    assert quotes(rag.ask("What does HCW stand for?", index=index)) == [
        "Harbour Council of Works (HCW)\n\nIt sets the toll each year."
    ]
    assert quotes(rag.ask("what does ofw mean", index=index)) == ["Office of Fresh Water issues the permits."]


def test_the_name_of_a_column_is_not_defined_by_its_values(tmp_path_factory: pytest.TempPathFactory) -> None:
    corpus = tmp_path_factory.mktemp("columns")
    (corpus / "a.md").write_text("| Weir | Boats |\n|---|---|\n| the old mill of Alder | 12 |\n", "utf-8")
    (corpus / "b.txt").write_text("Boats wait in the basin. The weir is a low wall that holds water back.\n", "utf-8")
    rebuild(corpus, corpus.parent / "columns-index")
    index = open_index(corpus.parent / "columns-index")
    assert quotes(rag.ask("What is a weir?", index=index)) == ["The weir is a low wall that holds water back."]


@pytest.mark.parametrize("question", ["Que veut dire CDV ?", "What does CDV mean?", "What does CDV stand for?"])
def test_sentences_that_only_use_an_acronym_do_not_say_what_it_means(folder: Index, question: str) -> None:
    answer = rag.ask(question, index=folder)
    assert answer.kind == "not_found"
    assert answer.nearest
