"""Quantities by value: digits and words, magnitudes, units, bounds, roundings."""

from decimal import Decimal

import pytest

from rag.text.quantities import Quantity, find_quantities


def only(text: str) -> Quantity:
    [quantity] = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "written", "value", "dimension"),
    [
        ("un prêt de 2,5 M€ hier", "2,5 M€", "2500000", "eur"),
        ("deux millions et demi d'euros", "deux millions et demi d'euros", "2500000", "eur"),
        ("a loan of €2.5 million", "€2.5 million", "2500000", "eur"),
        ("a cost of US$3 billion", "US$3 billion", "3000000000", "usd"),
        ("12\u202f500 habitants", "12\u202f500", "12500", ""),
        ("quatre-vingt-dix-sept brebis", "quatre-vingt-dix-sept", "97", ""),
        ("mille deux cent trente litres", "mille deux cent trente litres", "1230", "volume"),
        ("two thirds of the hens", "two thirds", "66.6", "%"),
        ("1/3 du budget", "1/3", "33.3", "%"),
        ("le trajet dure 1 h 40", "1 h 40", "6000", "time"),
        ("1 heure 40 minutes", "1 heure 40 minutes", "6000", "time"),
        ("à 18 h 40", "18 h 40", "1120", "clock"),
        ("vingt pour cent des ruches", "vingt pour cent", "20", "%"),
        ("la 3e ruche", "3e", "3", "ordinal"),
        ("à 9h30 précises", "9h30", "570", "clock"),
        ("at 9:30 p.m. sharp", "9:30 p.m.", "1290", "clock"),
        ("il fait -4 °C ici", "-4 °C", "-4", "celsius"),
        ("4 kilomètres carrés de vigne", "4 kilomètres carrés", "4000000", "area"),
        ("un million de francs", "un million de francs", "1000000", "franc"),
        ("une centaine de jours", "centaine de jours", "8640000", "time"),
        ("une douzaine de ruches", "douzaine", "12", ""),
        ("delay = 90s", "90s", "90", "time"),
        ("après 250 ms.", "250 ms", "0.25", "time"),
        ("La visite dure 2 h. Elle est gratuite.", "2 h", "7200", "time"),
        ("on en vit 3 s'ouvrir", "3", "3", ""),
        ("avec 3 M. Dupont", "3", "3", ""),
        ("built in the 90s", "90", "90", ""),
    ],
)
def test_value_and_unit(text: str, written: str, value: str, dimension: str) -> None:
    quantity = only(text)
    assert text[quantity.span.start : quantity.span.end] == written
    assert (quantity.values[0], quantity.dimension) == (Decimal(value), dimension)


@pytest.mark.parametrize("text", ["un berger", "des millions de criquets", "one of the hens", "la ruche R2D2"])
def test_an_article_or_a_vague_plural_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


def test_a_thousands_mark_may_be_a_decimal_one() -> None:
    assert only("1,500").values == (Decimal(1500), Decimal("1.5"))
    assert only("1.500 g").equals(only("1,5 g"))


@pytest.mark.parametrize(
    ("bound", "value", "expected"),
    [
        ("plus de 30 ruches", "45 ruches", True),
        ("plus de 30 ruches", "25 ruches", False),
        ("at most 30 hens", "25 hens", True),
        ("at most 30 hens", "more than 20 hens", False),
        ("30 ruches", "45 ruches", False),
    ],
)
def test_a_bound_admits_what_is_within_it(bound: str, value: str, expected: bool) -> None:
    assert only(bound).admits(only(value)) is expected


@pytest.mark.parametrize(
    ("rounded", "exact", "expected"),
    [
        ("3,5 t", "3,47 t", True),
        ("3,4 t", "3,47 t", True),
        ("3,6 t", "3,47 t", False),
        ("3,472 t", "3,47 t", False),
        ("environ 200 ruches", "198 ruches", True),
        ("environ 200 ruches", "150 ruches", False),
        ("200 ruches", "198 ruches", False),
    ],
)
def test_a_usual_rounding_is_told_from_another_value(rounded: str, exact: str, expected: bool) -> None:
    assert only(rounded).rounds(only(exact)) is expected


def test_a_part_of_a_whole_is_a_share_and_a_size_is_none() -> None:
    """The words between are left to be compared: «trois enfants sur quatre»."""
    shares = [(q.values[0], q.dimension) for q in find_quantities("Trois enfants sur quatre lisent.")]
    assert shares == [(Decimal(3), ""), (Decimal(75), "%")]
    assert [q.dimension for q in find_quantities("une table de 3 sur 4 mètres")] == ["", "length"]
    assert [q.dimension for q in find_quantities("la page 12/14")] == ["", ""]
