"""Words by which the names of columns and their values are told apart, in French and English."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

_MOST_WORDS = 6  # of a name
_LONGEST = 60  # characters of a name
_SHORT = 4  # words of a name over long values
_MUCH_LONGER = 3  # times
_FEW_ROWS = 3  # from which the values of a column may show that the first cell is none
_RECURRING = 4  # values
_OFTEN = 3  # times that each value of a column recurs on average, where the first cell does not
_MOST = 0.8
_NAME = re.compile(r"[^\W\d_]|[#%(°]|(?:19|20)\d\d$")  # how a name begins
_DIGIT = re.compile(r"\d")
_FIGURES = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[a-z]+(?:_[a-z\d]+)*|[a-z]+(?:[A-Z][a-z\d]*)*")

_KINDS = frozenset(
    """
    acheteur action activite activity address adherent adresse age agent allergene amount anciennete animateur annee
    area arret arrivee article artist aspect attribute auteur author avis bailleur bank banque batiment beneficiaire
    benevole besoin birth book brand browser budget building candidat candidate capacite capacity cas case categorie
    category cause champ chapitre chapter chauffeur chef city civilite class classe cle client code colonne color
    colour column comment commentaire commune compiler compte condition conducteur contact content contenu
    coordonnee cost cote couleur count country course cout critere criteria currency customer date datum day debit
    debut default definition delai delay depart departement department depense depth description designation
    destination detail diameter diametre dimension direction district document domain domaine donnee driver duration
    duree echeance effect effectif effet element eleve email emplacement employee employer employeur end enseignant
    entraineur entree entreprise entry epaisseur equipe erreur error espece etablissement etage etape etat etudiant
    evenement event example exemple explanation explication feature fichier field file fin firstname fonction
    fonctionnalite format formateur formation formule fournisseur frais frequence frequency function garantie gare
    gender genre grade group groupe guest hauteur heading height heure horaire host hote hour how id identifiant
    identifier indicateur indicator info information instructor intervenant intitule invoice item job jour key kind
    label language langue largeur lastname legende length letter level libelle lien lieu ligne link liste livre
    locataire location logiciel longueur lot mail manager marque masse material materiau materiel matiere matricule
    meaning member membre message mesure method methode metier mission mode model modele mois montant month mot
    motif naissance name nationalite nature niveau nom nombre note notion number numero objectif objet observation
    office operation option order organisation organization origin origine outil output owner parameter parametre
    participant patronyme pays period periode permission person personne phase phone place plat player poids point
    pointure population port poste power precision prenom presence price prix problem probleme procedure process
    product produit professeur profession profil profile profondeur programme project projet property propietaire
    proprietaire propriete province public puissance pupil purpose qte qty quai quantite quantity quartier question
    raison rang rank rate reason recette ref reference region regle remark remarque reply reponse repository
    resource responsable response responsibility ressource result resultat role room rubrique rule salaire salarie
    salle salon sample scenario score season secteur section sector sens service session severity sexe signification
    site size skill solution sortie source species speed stage stagiaire start state station status statut step
    street student subject sujet superficie supplier support surface surname symbol symbole syntax syntaxe system
    systeme tache taille target tarif task taux teacher team tel telephone temperature term terme test text texte
    theme thickness time title titre titulaire tool town trainer trajet type unit unite url usage use user
    utilisateur valeur value variable variante vendeur version village ville vitesse volume website week weight what
    when where who why width word year zip
    """.split()
)
_DOUBTFUL = frozenset(  # roles and objects, which stand in records, too
    """
    acheteur adherent agent animateur article artist auteur author bailleur bank banque batiment beneficiaire
    benevole book browser building candidat candidate chauffeur chef client conducteur customer document domaine
    driver eleve employee employer employeur enseignant entraineur entree entreprise etudiant evenement event
    formateur fournisseur gare guest host hote instructor intervenant livre locataire logiciel lot manager member
    membre option outil owner participant person personne place plat player product produit professeur project
    projet proprietaire quartier responsable room salarie salle salon service site sortie stagiaire street student
    supplier teacher test text texte titulaire tool town trainer user utilisateur vendeur village website
    """.split()
)
_OF = frozenset("a au aux d de des du en of for in on par pour sur to with".split())  # the head of a phrase is before
_ANSWERS = frozenset("oui non yes no true false vrai faux x ✓ ✔ ✗ ✘ ☐ ☑ ☒ o n y ok".split())
_VALUE_WORDS = frozenset(
    """
    gratuit, gratuite, gratuits, offert, offerte, inclus, incluse, compris, sur devis, sur demande, nous consulter,
    sur rendez-vous, ferme, fermee, fermes, complet, complete, indisponible, epuise, absent, absente, excuse,
    excusee, dispense, neant, au choix, variable, libre, prix libre, entree libre, sur place, voir note, selon
    devis, en option, aucun, aucune, inconnu, inconnue, illimite, illimitee, non communique, non renseigne, non
    disponible, non concerne, sans objet, a definir, en attente, en cours, n.d., nd, n.c., nc, n/a, n.a., s.o., s/o,
    n/d, n/c, -, –, —,
    free, free of charge, free entry, optional, varies, see note, by request, on request, on quotation, closed, sold
    out, unavailable, not available, included, unknown, none, nil, null, unlimited, pending, tbd, tba, tbc, not
    applicable, by appointment
    """.replace("\n    ", " ")
    .strip()
    .split(", ")
)
_SERIES = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "janv fevr avr juil sept oct nov dec jan fev feb apr jun jul aug sep "
    "january february march april may june july august september october november december",
    "matin midi apres-midi soir nuit matinee soiree morning noon afternoon evening night",
    "printemps ete automne hiver spring summer autumn fall winter",
)
_PERIODS = {word: number for number, words in enumerate(_SERIES) for word in words.split()}


def names_kind(cell: str) -> bool:
    """Return whether a cell names a kind of values: «Nom», «Date de naissance», «start_date»."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", cell[: _LONGEST + 1]))
    if len(cell) > _LONGEST or not 0 < len(words) <= _MOST_WORDS or not cell[0].isalpha():
        return False
    return any(_singulars(head) & _KINDS for head in _heads(words))


def _heads(words: Sequence[str]) -> list[str]:
    """Return the words that say what a phrase is: the first or last, but «Chef de projet» is no project."""
    plain = [_plain(word) for word in words]
    return plain[:1] if _OF & set(plain[1:-1]) else [*plain[:1], *plain[-1:]]


def may_be_value(cell: str) -> bool:
    """Return whether a cell that names a kind may as well be a value: «Manager», «Livre»."""
    words = [_plain(word) for word in _WORD.findall(cell)]
    return any(
        _singulars(word) & _DOUBTFUL for word in (words[:1] if _OF & set(words[1:-1]) else words[:1] + words[-1:])
    )


def answers(cell: str) -> bool:
    """Return whether a cell says yes or no: «oui», «FALSE», «✓»."""
    return _plain(cell).rstrip(".") in _ANSWERS


def signature(cell: str) -> str:
    """Return a cell with its figures made alike: «120 m²» and «80 m²» have the same signature."""
    return _FIGURES.sub("9", cell)


def share_unit(values: Sequence[str]) -> bool:
    """Return whether two values or more are figures of one kind: «120 m²» and «80 m²», «9h-12h» and «14h-18h»."""
    figures = [value for value in values if not stands_for_value(value)]
    if len(figures) < 2 or not all(value[0].isdigit() for value in figures):
        return False
    return len({signature(value) for value in figures}) == 1


def stands_for_value(cell: str) -> bool:
    """Return whether words stand where a figure might: «gratuit», «fermé», «n/a»."""
    return _plain(cell).rstrip(" *") in _VALUE_WORDS


def period(cell: str) -> int | None:
    """Return a number that the names of days share, and another that those of months share; None for other words."""
    return _PERIODS.get(_plain(cell).rstrip("."))


def outline(cell: str) -> str:
    """Return a cell with its figures and letters made alike: «R+27» and «D+16» have the same outline."""
    return re.sub(r"[^\W\d_]", "a", _DIGIT.sub("9", cell))


def differs_from_values(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of a table of words differs measurably from those below it, as names do."""
    first, value_rows = rows[0], [row for row in rows[1:] if any(row)]
    columns = [list(filter(None, column)) for column in zip_longest(*value_rows, fillvalue="")]
    if not value_rows or not any(first):
        return False
    if not first[0] and all(first[1:]) and sum(bool(row[0]) for row in value_rows) >= _MOST * len(value_rows):
        return True  # an empty corner
    return (
        _names_more_kinds(first, value_rows)
        or _names_periods(first, value_rows)
        or _is_set_apart(first, columns)
        or _is_shorter(first, columns)
        or any(_is_new(name, values) for name, values in zip(first, columns, strict=False) if name)
        or sum(_recurs(name, values) for name, values in zip(first, columns, strict=False) if name) > 1
    )


def _names_more_kinds(first: Sequence[str], value_rows: Sequence[Sequence[str]]) -> bool:
    """Return whether kinds of values are named more often than below; one name alone must be free of doubt."""
    if not all(_NAME.match(name) for name in first if name) or max(map(len, first)) > _LONGEST:
        return False
    kinds = [number for number, name in enumerate(first) if names_kind(name) and not _is_named_object(name)]
    below = sum(names_kind(cell) for row in value_rows for cell in row)
    if all(may_be_value(first[number]) for number in kinds) and (below or len(kinds) < len(first)):
        return False
    if len(kinds) == 1 and len(first) > 2:
        (column,) = kinds
        other_names = (name for number, name in enumerate(first) if number != column)
        if any(map(_holds_proper_noun, other_names)):
            return False
        return not any(names_kind(row[column]) for row in value_rows if column < len(row))
    return 2 * len(kinds) * len(value_rows) > 3 * below


def _is_named_object(cell: str) -> bool:
    """Return whether a cell is an object with its number or name: «Salle 3», «Place Foch»."""
    words = _WORD.findall(cell)
    if _DIGIT.search(cell):
        return True
    return _holds_proper_noun(cell) and not _singulars(_plain(words[-1])) & _KINDS


def _holds_proper_noun(cell: str) -> bool:
    """Return whether a word after the first begins with a capital, and names no kind: «John Smith»."""
    inner_words = _WORD.findall(cell)[1:]
    return any(word.istitle() and not _singulars(_plain(word)) & _KINDS for word in inner_words)


def _names_periods(first: Sequence[str], value_rows: Sequence[Sequence[str]]) -> bool:
    """Return whether several columns are days, months or years, which the values are not."""
    classes = [period(name) if period(name) is not None else _year(name) for name in first]
    classes_by_column = {number: shared for number, shared in enumerate(classes) if shared is not None}
    if len(classes_by_column) < 2 or len(set(classes_by_column.values())) > 1:
        return False
    return not any(
        period(row[number]) is not None or _year(row[number]) is not None
        for row in value_rows
        for number in classes_by_column
        if number < len(row)
    )


def _year(cell: str) -> int | None:
    return len(_SERIES) if re.fullmatch(r"(?:19|20)\d\d", cell) else None


def _is_set_apart(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Return whether all names are in capitals, or in small letters, and most values are not."""
    names = list(filter(None, first))
    values = [value for column in columns for value in column if value[0].isalpha()]
    if len(names) < 2 or not values:
        return False
    if all(name.isupper() and len(name) > 1 for name in names):
        return 2 * sum(map(str.isupper, values)) < len(values)
    are_identifiers = all(map(_IDENTIFIER.fullmatch, names))
    return are_identifiers and 2 * sum(bool(_IDENTIFIER.fullmatch(value)) for value in values) < len(values)


def _is_shorter(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    names, values = list(filter(None, first)), [value for column in columns for value in column]
    if max(len(name.split()) for name in names) > _SHORT or max(map(len, columns)) < 2:
        return False
    return sum(map(len, values)) * len(names) > _MUCH_LONGER * sum(map(len, names)) * len(values)


def _is_new(name: str, values: Sequence[str]) -> bool:
    """Return whether the values of a column recur, are days or months, or hold figures, and its first cell does not."""
    if _recurs(name, values) and len(values) >= _OFTEN * len(set(values)):
        return True
    classes = set(map(period, values))
    if len(values) > 1 and len(classes) == 1 and None not in classes:
        return not classes & set(map(period, _WORD.findall(name)))
    if len(values) > 1 and all(map(answers, values)):
        return not answers(name)
    if _DIGIT.search(name) or _holds_proper_noun(name):
        return False
    with_figures = sum(bool(_DIGIT.search(value)) for value in values)
    return share_unit(values) or (len(values) >= _FEW_ROWS and with_figures >= _MOST * len(values))


def _recurs(name: str, values: Sequence[str]) -> bool:
    """Return whether each value of a column recurs, and its first cell does not."""
    counts = Counter(values)
    return len(values) >= _RECURRING and name not in counts and min(counts.values()) > 1


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character)).strip()


def _singulars(word: str) -> set[str]:
    return {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
