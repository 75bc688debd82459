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
_MOST = 0.8
_NAME = re.compile(r"[^\W\d_]|[#%(°]|(?:19|20)\d\d$")  # how a name begins
_DIGIT = re.compile(r"\d")
_IDENTIFIER = re.compile(r"[a-z]+(?:_[a-z\d]+)*|[a-z]+(?:[A-Z][a-z\d]*)*")

_KINDS = frozenset(
    """
    action activite activity address adresse age agent amount annee area arret arrivee article artist aspect attribute
    auteur author avis bank banque batiment besoin birth book brand browser building cas case categorie category cause
    champ chapitre chapter city civilite class classe cle client code colonne color colour column comment commentaire
    commune compiler compte condition contact cost cote couleur count country course cout critere criteria currency
    customer date datum day debit default definition delai delay depart departement department depense description
    designation destination detail dimension direction district document domain domaine donnee duration duree echeance
    effect effectif effet element eleve email emplacement employee employer enseignant entree entreprise entry equipe
    erreur error espece etablissement etage etape etat etudiant evenement event example exemple explanation
    explication feature fichier field file firstname fonction fonctionnalite format formation formule fournisseur
    frequence frequency function gare gender genre grade group groupe guest heading heure horaire host hote hour how
    id identifiant identifier indicateur indicator info information instructor intitule invoice item job jour key kind
    label language langue lastname legende length letter level libelle lien lieu ligne link liste livre location
    logiciel lot mail manager marque material materiau materiel matiere matricule meaning member membre message mesure
    method methode metier mission mode model modele mois montant month mot motif naissance name nationalite nature
    niveau nom nombre note notion number numero objectif objet observation office operation option order organisation
    organization origin origine outil output owner parameter parametre participant patronyme pays period periode
    permission person personne phase phone place plat player poids point pointure population port poste precision
    prenom presence price prix problem probleme procedure process product produit profession profil profile programme
    project projet property propietaire proprietaire propriete province public pupil purpose qte qty quai quantite
    quantity quartier question raison rang rank rate reason recette ref reference region regle remark remarque reply
    reponse repository resource responsable response responsibility ressource result resultat role room rubrique rule
    salaire salle salon sample scenario score season secteur section sector sens service session severity sexe
    signification site size skill solution sortie source species stage state station status statut step street student
    subject sujet supplier support surname symbol symbole syntax syntaxe system systeme tache taille target tarif task
    taux teacher team tel telephone temperature term terme test text texte theme time title titre titulaire tool town
    trajet type unit unite url usage use user utilisateur valeur value variable variante version village ville volume
    website week weight what when where who why width word year zip
    """.split()
)
_VALUE_WORDS = frozenset(
    """
    gratuit, gratuite, gratuits, offert, offerte, inclus, incluse, compris, sur devis, sur demande, nous consulter,
    sur rendez-vous, ferme, fermee, fermes, complet, complete, indisponible, epuise, absent, absente, excuse, excusee,
    dispense, neant, aucun, aucune, inconnu, inconnue, illimite, illimitee, non communique, non renseigne,
    non disponible, non concerne, sans objet, a definir, en attente, en cours,
    n.d., nd, n.c., nc, n/a, n.a., s.o., s/o, n/d, n/c, -, –, —,
    free, free of charge, on request, on quotation, closed, sold out, unavailable, not available, included,
    unknown, none, nil, null, unlimited, pending, tbd, tba, tbc, not applicable, by appointment
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
    return any(_singulars(_plain(word)) & _KINDS for word in (words[0], words[-1]))


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
    )


def _names_more_kinds(first: Sequence[str], value_rows: Sequence[Sequence[str]]) -> bool:
    if not all(_NAME.match(name) for name in first if name) or max(map(len, first)) > _LONGEST:
        return False
    kinds = sum(map(names_kind, first))
    return 2 * kinds * len(value_rows) > 3 * sum(names_kind(cell) for row in value_rows for cell in row)


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
    counts = Counter(values)
    if len(values) >= _RECURRING and name not in counts and min(counts.values()) > 1:
        return True
    classes = set(map(period, values))
    if len(values) > 1 and len(classes) == 1 and None not in classes and period(name) not in classes:
        return True
    with_figures = sum(bool(_DIGIT.search(value)) for value in values)
    return not _DIGIT.search(name) and len(values) >= _FEW_ROWS and with_figures >= _MOST * len(values)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character)).strip()


def _singulars(word: str) -> set[str]:
    return {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
