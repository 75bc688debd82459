"""What a follow-up leaves unsaid is taken from the turn before; a new topic is left alone."""

import re
from pathlib import Path

import pytest

import rag
from index import Index, open_index, rebuild
from index.documents import Span
from rag.answer import Answer, Citation, Turn
from rag.query.followup import rewrite
from rag.text.dates import Day, days_of_corpus


def turn(question: str, bold: str = "") -> Turn:
    quote = Citation("a.txt", 0, len(bold), bold, None, "", "", None, Span(0, len(bold)), Span(0, len(bold)))
    return Turn(question, Answer(question, question, True, "", 0.9, (quote,) if bold else ()))


def read(question: str, before: str, bold: str = "") -> str:
    return str(rewrite(question, [turn(before, bold)], lambda: [Day(1, 31), Day(2, 3), Day(2, 12)]))


LAUNDRY = "Qui a rebâti le lavoir de Sombreval ?"
BRIDGE = "Who widened the Ashby bridge in the valley of Orme?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Qu'a dit Marie à Paul ?", "Et Jeanne ?", "Qu'a dit Jeanne à Paul ?"),
        ("Qui est la porte-parole du Sénat ?", "Et l'Assemblée ?", "Qui est la porte-parole de l'Assemblée ?"),
        ("Que s'est-il passé le 3 février ?", "Et le 12 février ?", "Que s'est-il passé le 12 février ?"),
        ("How many were there in 2018?", "And in 2019?", "How many were there in 2019?"),
        ("Combien y en avait-il en 2018 ?", "Et en 2019 ?", "Combien y en avait-il en 2019 ?"),
        ("Qui est le maire de Paris ?", "Et à Lyon ?", "Qui est le maire à Lyon ?"),
        ("Que dit l'appel du 3 février ?", "Et l'appel suivant ?", "Que dit l'appel du 12 février ?"),
        ("Que dit l'appel du 3 février ?", "Et le précédent ?", "Que dit l'appel du 31 janvier ?"),
        ("Que dit l'appel du 3 février ?", "Et celui du 12 février ?", "Que dit l'appel du 12 février ?"),
        (
            "Le contrat de petite pêche couvre quelle part des frais ?",
            "Et celui de grande pêche ?",
            "Le contrat de grande pêche couvre quelle part des frais ?",
        ),
        (
            "How long are seats in the lower gallery kept?",
            "And those in the upper gallery?",
            "How long are seats in the upper gallery kept?",
        ),
        ("Qui nettoie le bassin 7 ?", "Et le bassin 8 ?", "Qui nettoie le bassin 8 ?"),
        ("Combien de wagons tire la machine 12 ?", "Et la 15 ?", "Combien de wagons tire la machine 15 ?"),
        ("Quel est le débit de la pompe B52 ?", "Et de la A4 ?", "Quel est le débit de la pompe A4 ?"),
        ("Which tool opens version 4.1?", "And for 4.2?", "Which tool opens version 4.2?"),
        ("How long is corridor 3 in wing 2?", "What about corridor 5?", "How long is corridor 5 in wing 2?"),
        (
            "What does the Lark Bursary pay in the Hill School?",
            "And in the Vale School?",
            "What does the Lark Bursary pay in the Vale School?",
        ),
        ("How many staff did the mill employ in Hull?", "In Selby?", "How many staff did the mill employ in Selby?"),
        ("When does the pool close?", "And in winter?", "When does the pool close in winter?"),
        ("How much is the cover for?", "And for my spouse?", "How much is the cover for my spouse?"),
        ("Qui gère le lavoir ?", "Et il existe depuis quand ?", "Le lavoir existe depuis quand ?"),
        ("Où rendre les clés de la cabane ?", "Et la nuit ?", "Où rendre les clés de la cabane la nuit ?"),
        ("Combien de coureurs sont partis ?", "Et de cyclistes ?", "Combien de cyclistes sont partis ?"),
        ("Quel est le prix du séjour ?", "Et la durée ?", "Quelle est la durée du séjour ?"),
        ("Qui est le prieur de Sombreval ?", "Et le maire ?", "Qui est le maire ?"),
        ("Qui est le préfet de Sombreval ?", "Et le maire ?", "Qui est le maire de Sombreval ?"),
        (BRIDGE, "And the cost?", "What is the cost of the Ashby bridge?"),
        ("How much is the hut per night?", "And per week?", "How much is the hut per week?"),
        ("How much does the hut cost a night?", "And a week?", "How much does the hut cost a week?"),
        ("Quel est le prix par personne ?", "Et par groupe ?", "Quel est le prix par groupe ?"),
        ("Combien le gel a-t-il tué d'agneaux ?", "Et de brebis ?", "Combien le gel a-t-il tué de brebis ?"),
        ("When are the roofs swept?", "And gutters?", "When are gutters swept?"),
        ("When are hedges cut?", "And lawns?", "When are lawns cut?"),
        ("Do goats graze here?", "And the cows?", "Do the cows graze here?"),
        ("At what temperature do the rolls rise?", "And brioche?", "At what temperature do brioche rise?"),
        ("What is the fee for residents?", "And visitors?", "What is the fee for visitors?"),
        ("Quel est le tarif plein ?", "Et réduit ?", "Quel est le tarif réduit ?"),
        ("What is the default of max_size?", "And of min_size?", "What is the default of min_size?"),
        ("Quand part le premier bac ?", "Et le dernier ?", "Quand part le dernier bac ?"),
        ("When does the first ferry leave?", "And the last one?", "When does the last ferry leave?"),
        ("Le lavoir est-il ouvert le lundi ?", "Et le mardi ?", "Le lavoir est-il ouvert le mardi ?"),
        ("À quelle heure ouvre le lavoir ?", "Et le mardi ?", "À quelle heure ouvre le lavoir le mardi ?"),
        ("Quels sont les devoirs ?", "Et le troisième ?", "Quels sont les devoirs, et le troisième ?"),
        ("Qui a gagné en 2019 ?", "Et l'année suivante ?", "Qui a gagné en 2020 ?"),
        ("Who won in 2019?", "And the year before?", "Who won in 2018?"),
        ("Combien de bacs ai-je ?", "Et si je pars ?", "Combien de bacs ai-je si je pars ?"),
        ("How much leave do I get?", "What if I fall ill?", "How much leave do I get if I fall ill?"),
        ("What is a weir?", "And a lock?", "What is a lock?"),
        ("List the halls.", "Which have a stage?", "List the halls, and which have a stage?"),
    ],
)
def test_and_replaces_its_counterpart(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (LAUNDRY, "Qui l'a repavé ?", "Qui a repavé le lavoir de Sombreval ?"),
        ("When does the tram to Ostley run?", "How long is it?", "How long is the tram to Ostley?"),
        ("Quand part le train pour Vermeil ?", "Combien coûte-t-il ?", "Combien coûte le train pour Vermeil ?"),
        ("When does the tram to Ostley run?", "And to Pell?", "When does the tram to Pell run?"),
        (LAUNDRY, "Et qui l'a repeint en 2003 ?", "Qui a repeint le lavoir de Sombreval en 2003 ?"),
        (LAUNDRY, "Qui peut le louer ?", "Qui peut louer le lavoir de Sombreval ?"),
        (LAUNDRY, "Comment le chauffe-t-on ?", "Comment chauffe-t-on le lavoir de Sombreval ?"),
        (LAUNDRY, "Pourquoi ne l'a-t-on pas fermé ?", "Pourquoi n'a-t-on pas fermé le lavoir de Sombreval ?"),
        (LAUNDRY, "Quand a-t-il été rebâti ?", "Quand le lavoir de Sombreval a-t-il été rebâti ?"),
        (LAUNDRY, "Où se trouve-t-il ?", "Où se trouve le lavoir de Sombreval ?"),
        (LAUNDRY, "Quel est son gardien ?", "Quel est le gardien du lavoir de Sombreval ?"),
        (LAUNDRY, "Qui en est responsable ?", "Qui est responsable du lavoir de Sombreval ?"),
        (LAUNDRY, "Qui y habite ?", "Qui habite au lavoir de Sombreval ?"),
        ("Qui a droit au prêt ?", "Les apprentis y ont-ils droit ?", "Les apprentis ont-ils droit au prêt ?"),
        ("Quel est le prix de vente ?", "Quand a-t-il baissé ?", "Quand le prix de vente a-t-il baissé ?"),
        ("Qui a fondé l'école d'Orme ?", "Qui la dirige ?", "Qui dirige l'école d'Orme ?"),
        ("Qui a fondé la forge d'Orme ?", "Qui l'a vendue ?", "Qui a vendu la forge d'Orme ?"),
        ("Quelle est la largeur de la digue ?", "Qui l'entretient ?", "Qui entretient la digue ?"),
        ("Qui est la directrice du port ?", "Que propose-t-elle ?", "Que propose la directrice du port ?"),
        ("Qui est la directrice du port ?", "Qu'a-t-elle vendu ?", "Qu'a vendu la directrice du port ?"),
        ("Combien de ruches la ferme a-t-elle ?", "Combien en vend-elle ?", "Combien de ruches vend la ferme ?"),
        (BRIDGE, "Which arches does it have?", "Which arches does the Ashby bridge have?"),
        (BRIDGE, "Which IPN beams does it hold?", "Which IPN beams does the Ashby bridge hold?"),
        (BRIDGE, "What is its span?", "What is the Ashby bridge’s span?"),
        (BRIDGE, "And who painted it?", "Who painted the Ashby bridge?"),
        ("Who trained the divers?", "Where do they sleep?", "Where do the divers sleep?"),
        ("Who trained the divers?", "Who pays their rent?", "Who pays the divers’ rent?"),
        ("Who is the harbour warden?", "What did she forbid?", "What did the harbour warden forbid?"),
        ("Qui a signé l'accord d'Orme ?", "Quand cet accord expire-t-il ?", "Quand l'accord d'Orme expire-t-il ?"),
        ("When was the lease of Orme signed?", "Who drew up that lease?", "Who drew up the lease of Orme?"),
    ],
)
def test_a_reference_is_replaced_by_what_it_refers_to(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Qui a repeint le moulin ?", "et la grange, c'est qui ?", "Qui a repeint la grange ?"),
        ("Combien coûte la carte jeune ?", "et la carte senior, ça coûte combien ?", "Combien coûte la carte senior ?"),
        ("How much is the youth card?", "and the family card, how much is that?", "How much is the family card?"),
        (
            "Qui a été élu doyen à la séance du conseil de mai 2022 ?",
            "et le greffier, c'était qui au final ?",
            "Qui a été élu doyen à la séance du conseil de mai 2022, et le greffier, c'était qui au final ?",
        ),
        ("What is due on October 17, 2025?", "and on the 20th?", "What is due on October 20, 2025?"),
        ("C'est quoi le Cercle des potiers ?", "et Orme en fait partie ?", "Orme fait partie du Cercle des potiers ?"),
        ("Comment pose-t-on un verrou ?", "pourquoi ne pas en poser ?", "pourquoi ne pas poser d’un verrou ?"),
        ("C'est quoi Lark ?", "et celui-là, il tourne sur quoi ?", "Lark, il tourne sur quoi ?"),
        ("Le salon du livre, c'est où ?", "et finalement il a eu lieu ?", "Le salon du livre a eu lieu ?"),
        (
            "Combien la régie a-t-elle encaissé en 2023 ?",
            "pourquoi c'est moins que l'année d'avant ?",
            "Combien la régie a-t-elle encaissé en 2023, et pourquoi c'est moins que l'année d'avant ?",
        ),
        (
            "Quelle largeur a le chemin ?",
            "et pour le bord, je peux mettre une haie ?",
            "Quelle largeur a le chemin, et pour le bord, je peux mettre une haie ?",
        ),
    ],
)  # fmt: skip
def test_questions_as_they_are_said_aloud(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (LAUNDRY, "Pour quelle somme ?", "Qui a rebâti le lavoir de Sombreval, et pour quelle somme ?"),
        (LAUNDRY, "Pourquoi ?", "Qui a rebâti le lavoir de Sombreval, et pourquoi ?"),
        (LAUNDRY, "Et pourquoi ?", "Qui a rebâti le lavoir de Sombreval, et pourquoi ?"),
        (LAUNDRY, "Depuis quand ?", "Qui a rebâti le lavoir de Sombreval, et depuis quand ?"),
        (LAUNDRY, "Quand cela s'est-il passé ?", "Qui a rebâti le lavoir de Sombreval, et quand cela s'est-il passé ?"),
        ("Who mends the nets?", "Since when?", "Who mends the nets, and since when?"),
        ("Who mends the nets?", "Why?", "Who mends the nets, and why?"),
        ("Who mends the nets?", "What caused that?", "Who mends the nets, and what caused that?"),
    ],
)  # fmt: skip
def test_a_short_question_is_added_to_the_one_before(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Quelles sont les missions du greffier ?", "Et l'archiviste ?", "Quelles sont les missions de l'archiviste ?"),
        ("Quelles sont les tâches du guide ?", "Et le gardien ?", "Quelles sont les tâches du gardien ?"),
        (
            "Quel est le montant du loyer ?",
            "Et pour les apprentis ?",
            "Quel est le montant du loyer pour les apprentis ?",
        ),
        ("What is the size of the stamp?", "And in print?", "What is the size of the stamp in print?"),
        ("How long is the lease?", "And outside the city?", "How long is the lease outside the city?"),
        ("Can I put the badge on a red wall?", "What about on posters?", "Can I put the badge on posters?"),
        ("Combien de temps sont gardées les clés ?", "Et les sacs ?", "Combien de temps sont gardées les sacs ?"),
        ("Can I bring my horse?", "And a goat?", "Can I bring a goat?"),
        ("Que faire en cas de gel ?", "Et en cas de crue ?", "Que faire en cas de crue ?"),
        ("Quel est le prix du bail ?", "Et s'il est rompu ?", "Quel est le prix du bail s'il est rompu ?"),
        (
            "Combien de voix faut-il pour élire le bureau ?",
            "Et pour changer les règles ?",
            "Combien de voix faut-il pour changer les règles ?",
        ),
        ("Comment rejoindre le club ?", "Et pour le quitter ?", "Comment le quitter ?"),
        ("Comment ouvrir le coffre sous la scène ?", "Et le fermer ?", "Comment fermer le coffre sous la scène ?"),
        # What ends as a verb may be a noun, a name or a number.
        ("Comment joindre le greffier ?", "Et le maire ?", "Comment joindre le maire ?"),
        ("Comment visiter la crypte ?", "Et le clocher ?", "Comment visiter le clocher ?"),
        ("Comment obtenir le plan ?", "Et le dossier ?", "Comment obtenir le dossier ?"),
        ("Où dormir à Lyon ?", "Et Montpellier ?", "Où dormir à Montpellier ?"),
        (
            "Comment réserver un banc ?",
            "Et pour quatre personnes ?",
            "Comment réserver un banc pour quatre personnes ?",
        ),
        ("Comment obtenir un visa ?", "Et pour notre fils ?", "Comment obtenir un visa pour notre fils ?"),
        ("How do I add a tag?", "And remove it?", "How do I remove a tag?"),
        ("What are the steps to make a knot?", "And to undo one?", "What are the steps to undo a knot?"),
        ("Que dit l'article 12 ?", "Et le suivant ?", "Que dit l'article 13 ?"),
        ("What does chapter 4 say?", "And the previous one?", "What does chapter 3 say?"),
        ("Quelle part va à la réserve ?", "Et aux employés ?", "Quelle part va aux employés ?"),
        (
            "Quel est le prix du thé à la buvette ?",
            "Et pour les guides ?",
            "Quel est le prix du thé à la buvette pour les guides ?",
        ),
        ("Peut-on courir dans le parc ?", "Et boire de la bière ?", "Peut-on boire de la bière dans le parc ?"),
        ("When did the mill open?", "And close?", "When did the mill close?"),
        ("What's the maximum depth?", "And the minimum?", "What's the minimum depth?"),
        ("tarif de la poterie adultes", "et pour les enfants ?", "tarif de la poterie enfants"),
        ("Le bac est-il gratuit ?", "Même le samedi ?", "Le bac est-il gratuit le samedi ?"),
        ("What did the mayor say about the pier?", "And the governor?", "What did the governor say about the pier?"),
        ("De quand date la loi pour une Ville verte ?", "Et l'édit LAURE ?", "De quand date l'édit LAURE ?"),
        ("Qui tient le kiosque ?", "Merci. Et le bac ?", "Qui tient le bac ?"),
        ("Which inks are allowed?", "How about Sepia?", "Which inks are allowed, and Sepia?"),
    ],
)
def test_the_part_of_a_question_that_a_fragment_replaces(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("C'est quoi le pass ?", "Faut habiter ici pour l'avoir ?", "Faut habiter ici pour avoir le pass ?"),
        (
            "Où sont les vélos ?",
            "Et il faut quelle carte pour s'en servir ?",
            "Il faut quelle carte pour se servir des vélos ?",
        ),
        ("Qui a écrit le bilan ?", "Quelles en sont les conclusions ?", "Quelles sont les conclusions du bilan ?"),
        ("Quelle est la taille du sceau ?", "Peut-on le déformer ?", "Peut-on déformer le sceau ?"),
        ("Quel est le rôle du jury ?", "Qui le compose ?", "Qui compose le jury ?"),
        ("Qui est responsable du fichier ?", "Comment le joindre ?", "Comment joindre le responsable du fichier ?"),
        ("Qu'est-ce qu'un tuteur ?", "Comment en choisir un ?", "Comment choisir un tuteur ?"),
        ("Peut-on prendre des congés ?", "Qui les accorde ?", "Qui accorde les congés ?"),
        ("Quel budget pour la voirie ?", "Qui l'a voté ?", "Qui a voté le budget ?"),
        ("What is a ledger policy?", "Who can create one?", "Who can create a ledger policy?"),
        ("What is the beacon?", "Does the router support it?", "Does the router support the beacon?"),
        ("How tall is the tower?", "Is it open to visitors?", "Is the tower open to visitors?"),
        ("What did the mayor say about the pier?", "How much will it cost?", "How much will the pier cost?"),
        ("What is the role of the coroner?", "Who appoints him?", "Who appoints the coroner?"),
        ("Que contient le chapitre 2 ?", "Résume-le", "Résume le chapitre 2"),
        ("what is gravity", "how often does it run?", "how often does gravity run?"),
        ("c'est quoi pi-hole", "comment l'installer ?", "comment installer pi-hole ?"),
        ("Quel est le rôle du guide ?", "Chaque site en a-t-il un ?", "Chaque site a-t-il un guide ?"),
        (
            "Combien d'élèves compte l'école de Vernay ?",
            "Combien de classes y a-t-il ?",
            "Combien de classes y a-t-il dans l'école de Vernay ?",
        ),
        ("Who runs the harbour?", "How many berths are there?", "How many berths are there in the harbour?"),
    ],
)
def test_what_a_pronoun_stands_for(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Le bac est-il autorisé ?", "Combien de jours par semaine ?"),
        ("C'est quoi le pass ?", "Y a un âge minimum ?"),
        ("Comment se passe le tour de table ?", "Combien de temps chacun parle-t-il ?"),
        ("Combien de voix faut-il pour changer les règles ?", "Qui peut le demander ?"),
        ("Qui a écrit le bilan ?", "À la demande de qui ?"),
        ("Qu'est-ce qu'un tuteur ?", "Donne un exemple"),
        ("How much memory does it need?", "How do I raise that on Linux?"),
        ("What happens if rent is late?", "Is there a grace period?"),
        ("What is the difference between a hub and a switch?", "Which one should I use?"),
        ("Where is the archive kept?", "Opening hours?"),
        ("Where is the archive kept?", "Can anyone visit?"),
    ],
)
def test_what_has_no_topic_of_its_own_keeps_that_of_the_turn_before(before: str, question: str) -> None:
    understood = rewrite(question, [turn(before)], list)
    assert (understood.text, understood.context) == (question, before.rstrip(" ?"))
    assert str(understood).startswith(before.rstrip(" ?"))


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (BRIDGE, "Qui l'a payé ?", "À propos d’Ashby bridge : qui l'a payé ?"),
        ("What is Selby's charter?", "Qui l'a signée ?", "À propos de Selby : qui l'a signée ?"),
        ("Combien de lavoirs ont fermé ?", "Where are they?", "About lavoirs: where are they?"),
    ],
)
def test_a_question_in_the_other_language_keeps_its_words_and_names_the_topic(
    before: str, question: str, expected: str
) -> None:
    understood = rewrite(question, [turn(before)], list)
    assert str(understood) == understood.read_as == expected


def test_a_name_keeps_the_article_within_it() -> None:
    assert read("Quand y est-elle venue ?", "Qui Lise La Roche doit-elle voir ?").startswith("Quand Lise La Roche ")


def test_a_participle_tells_which_noun_of_the_answer_is_meant() -> None:
    quote = "L'association des Ailes, fondée par Inès Roux, a restauré le moulin."
    asked = read("Qui l'a fondée ?", "Qui a restauré le moulin ?", quote)
    assert asked == "Qui a fondé l'association des Ailes ?"
    assert read("Qui l'a fondé ?", "Qui a restauré le moulin ?", quote) == "Qui a fondé le moulin ?"


def test_a_person_is_named_by_the_words_in_bold_only_if_they_are_a_name() -> None:
    before = "Who led the search for the Marigold?"
    assert read("When was he born?", before, "Tobias Wren") == "When was Tobias Wren born?"
    assert read("When was he born?", before, ": 412") == f"{before[:-1]}, and when was he born?"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_long_chains_build_on_the_resolved_question_and_never_nest(language: str) -> None:
    chains = {
        "fr": (
            "Combien de serres le jardin 6 a-t-il ?|Et le jardin 8 ?|Pour quel usage ?|Depuis quand ?|Qui les chauffe ?"
            "|Pourquoi ?|Où ?",
            "Qui chauffe les serres, et où ?",
        ),
        "en": (
            "How many beds does ward 6 have?|And ward 8?|For whom?|Since when?|Who runs it?|Why?|How?",
            "Who runs ward 8, and how?",
        ),
    }
    questions, expected = chains[language]
    history: list[Turn] = []
    for question in questions.split("|"):
        understood = str(rewrite(question, history, list))
        assert not re.search(r"[()\[\]:]", understood)
        history.append(Turn(question, Answer(question, understood, True, "", 0.9)))
    assert understood == expected


STANDALONE = """
Quelle est la capitale de l'Australie ?
Où la Belgique veut-elle construire des digues ?
Qui Jean Dupont doit-il rencontrer ?
Y a-t-il des otages ?
Que s'est-il dit lors de la réunion du 3 février ?
Et le four, combien il pèse ?
Et la scierie de Brême, à qui appartient-elle ?
Quand la scierie a-t-elle vendu ses machines ?
Combien de fois faut-il arroser les semis ?
Est-il possible de payer en plusieurs fois ?
Qu'est-ce qu'un conciliateur de justice ?
C'est quoi la taxe foncière ?
Comment résilier un bail de trois ans ?
Dans quelle ville le chanteur est-il né ?
Mayotte est-elle un département ?
En quelle année Annecy est-elle devenue française ?
Quel jour Louis Renault assiste-t-il au défilé ?
Jeanne et Simon sont-ils d'accord ?
À quel âge peut-on passer le permis ?
Quels papiers faut-il pour se marier ?
Qui la mairie a-t-elle nommé gardien ?
Pourquoi le ministre a-t-il démissionné ?
Qui a écrit le roman dont le héros est aveugle ?
Quelle somme le notaire doit-il rendre à son client ?
Quel est le montant de l'amende pour un chien sans laisse ?
La cantine est-elle ouverte le mercredi ?
Faut-il un visa pour le Canada ?
Que devient la maison quand le propriétaire meurt ?
horaires piscine Saint-Julien
What is the boiling point of water?
Does the jury conclude that the driver lied?
Did the council decide that the market should close?
Is it true that the tower leans?
How long does it take to renew a passport?
What time is it in Lima?
Are there any lions in the park?
Which court held that residents must pay?
Who said that the treaty was void?
When did Marie Curie publish her thesis?
What did the committee recommend in its report?
How do I change the default port of the server?
What happens if the tenant loses the keys?
Which companies sold their shares in May?
Can passengers bring their bicycles on board?
Does a lawyer have to pay because he was late?
Where was there a shortage of coal?
Who thought that the rule shouldn't be applied?
What is the difference between a lease and a licence?
And what does the ferry company charge for dogs?
How many people live in Leeds?
"""


@pytest.mark.parametrize("question", STANDALONE.strip().splitlines())
def test_a_question_with_a_subject_of_its_own_is_left_alone(question: str) -> None:
    for before in ("Qui est le maire de Lyon ?", "How much do the two lanterns cost?", LAUNDRY):
        assert read(question, before) == question


def test_without_a_turn_before_nothing_is_added() -> None:
    assert str(rewrite("Depuis quand ?", [], list)) == "Depuis quand ?"


def test_a_follow_up_is_answered_from_the_sentence_before(seeds: Index) -> None:
    first = "Combien de militaires russes sont massés à la frontière ukrainienne ?"
    history = [Turn(first, rag.ask(first, index=seeds))]
    answer = rag.ask("Depuis quand ?", index=seeds, history=history)
    assert "depuis fin 2021" in answer.citations[0].quote
    assert answer.question_understood == f"{first[:-2]}, et depuis quand ?"


def test_the_next_call_is_of_another_day_where_a_document_names_its_day_and_is_dated(seeds: Index) -> None:
    before = rag.ask("Que s'est-il dit lors de l'appel du 3 février ?", index=seeds)
    history = [Turn(before.question, before)]
    understood = rag.ask("Et l'appel suivant ?", index=seeds, history=history).question_understood
    assert "12 février" in understood
    assert "3 février" not in understood
    days = [(day.month, day.day) for day in days_of_corpus(seeds)]
    assert len(set(days)) == len(days) > 2


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Pages that say the same of different villages, and one of another topic."""
    folder = tmp_path_factory.mktemp("villages")
    (folder / "corpus").mkdir()
    for name, count, school in (("Orme", 31, "Lilas"), ("Brume", 47, "Tilleuls"), ("Vaux", 58, "Platanes")):
        text = (
            f"Le village de {name}\n\nLe village de {name} compte {count} fermes. "
            f"Les élèves vont à l'école des {school}. La kermesse a lieu en juin.\n"
        )
        (folder / "corpus" / f"{name.lower()}.txt").write_text(text, "utf-8")
    phare = "Le phare\n\nLe gardien du phare s'appelle Yann Le Goff. La lampe du phare date de 1911.\n"
    (folder / "corpus" / "phare.txt").write_text(phare, "utf-8")
    rebuild(folder / "corpus", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(("name", "school"), [("Orme", "Lilas"), ("Brume", "Tilleuls"), ("Vaux", "Platanes")])
def test_the_document_just_cited_is_preferred(villages: Index, name: str, school: str) -> None:
    first = f"Combien de fermes compte le village de {name} ?"
    history = [Turn(first, rag.ask(first, index=villages))]
    answer = rag.ask("À quelle école vont les élèves ?", index=villages, history=history)
    assert answer.question_understood == "À quelle école vont les élèves ?"
    assert school in answer.citations[0].quote


def test_a_question_about_another_topic_goes_to_all_documents(villages: Index) -> None:
    first = "Combien de fermes compte le village de Brume ?"
    history = [Turn(first, rag.ask(first, index=villages))]
    answer = rag.ask("Comment s'appelle le gardien du phare ?", index=villages, history=history)
    alone = rag.ask("Comment s'appelle le gardien du phare ?", index=villages)
    assert answer.citations[0] == alone.citations[0]
    assert "Yann Le Goff" in answer.citations[0].quote


def ask_in_turn(index: Index, *questions: str) -> Answer:
    history: list[Turn] = []
    for question in questions:
        answer = rag.ask(question, index=index, history=history)
        history.append(Turn(question, answer))
    return answer


def test_filters_hold_for_the_turns_that_follow_until_they_are_removed(villages: Index) -> None:
    first, second = "Combien de fermes ? fichier:vaux.txt", "À quelle école vont les élèves ?"
    answer = ask_in_turn(villages, first, "Quand a lieu la kermesse ?", second)
    assert {citation.source for citation in answer.citations} == {"vaux.txt"}
    assert answer.question_understood == f"{second} fichier:vaux.txt"
    other = ask_in_turn(villages, first, f"{second} fichier:orme.txt")
    assert {citation.source for citation in other.citations} == {"orme.txt"}
    free = ask_in_turn(villages, first, "Comment s'appelle le gardien du phare ? fichier:*")
    assert free.citations[0].source == "phare.txt"


def test_a_document_removed_since_it_was_named_restricts_nothing(villages: Index, tmp_path: Path) -> None:
    first = "Combien de fermes ? fichier:vaux.txt"
    history = [Turn(first, rag.ask(first, index=villages))]
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "phare.txt").write_text("Le gardien du phare s'appelle Yann Le Goff.", "utf-8")
    rebuild(tmp_path / "corpus", tmp_path / "index")
    question = "Comment s'appelle le gardien du phare ?"
    answer = rag.ask(question, index=tmp_path / "index", history=history)
    assert answer.question_understood == question
    assert answer.citations[0].source == "phare.txt"
