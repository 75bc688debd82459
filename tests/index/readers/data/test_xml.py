"""XML is read as a document or as records, whatever it says of other files; values keep the names around them."""

import time

import pytest
from lxml import etree  # type: ignore[import-untyped]

from index.readers import registry
from index.readers.data import xml
from index.readers.data.json import Value
from index.readers.parsed import ParsedFile


def read(name: str, text: str | bytes) -> ParsedFile:
    data = text.encode() if isinstance(text, str) else text
    return registry.parse(data, registry.find_format(name, data))[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<serre><plants><plant nom='sauge'><mois>mai</mois></plant><plant nom='thym'/></plants>"
         "<lieu>Brest</lieu></serre>",
         "lieu: Brest\n\f\nnom: sauge; mois: mai\n\f\nnom: thym"),
        ("<r><livraison><ville>Brest</ville></livraison><facture><ville>Nantes</ville></facture></r>",
         "livraison.ville: Brest; facture.ville: Nantes"),
        ("<doc><head>La serre</head><p>Elle est <b>vide</b>\nen mai.</p><!-- non --></doc>",
         "La serre\n\nElle est vide en mai."),
        ("<stock><vis>Longue<long>10</long><prix>2</prix></vis><vis>Courte<long>5</long><prix>1</prix></vis></stock>",
         "vis: Longue; long: 10; prix: 2\n\f\nvis: Courte; long: 5; prix: 1"),
        ("<r><p>Loyer de 650<note>Hors charges</note> euros, 10<exp>6</exp> m<sup>2</sup>,<lb/>con<i>tinu</i>.</p></r>",
         "Loyer de 650 Hors charges euros, 10⁶ m², continu."),
        ("<r><p>Mon <b>cher</b> ami<note>À Luc.</note> part.</p></r>", "Mon cher ami À Luc. part."),
        ("<r><p>Choix : <l><o>un</o><o>deux</o></l> (<b>5</b>).</p></r>", "Choix : un deux (5)."),
        ("<r><a jour='5'><nom>Le port de Brest</nom><p>Il <b>dort</b>.</p></a><a jour='6'>bref<nom>Nantes</nom> fin</a>"
         "<a jour='7'><nom>Lorient, au bord de la mer</nom></a></r>",
         "jour: 5; nom: Le port de Brest; p: Il dort.\n\f\njour: 6; a: bref fin; nom: Nantes\n\f\n"
         "jour: 7; nom: Lorient, au bord de la mer"),
        ('<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY a "aa">]>'
         "<r>La serre &secret;&a;est vide.</r>",
         "r: La serre aaest vide."),
        ('<!DOCTYPE r SYSTEM "r.dtd" [<!ENTITY b "Brest"><!ENTITY c "&b;&b;"><!ENTITY d "<x/>">]>'
         "<r>Caf&eacute; de &b;&c;&d;.</r>",
         "r: Café de Brest."),
    ],
)  # fmt: skip
def test_xml_is_read_as_a_document_or_as_data_and_includes_nothing(text, expected):
    assert read("serre.xml", text).text == expected


@pytest.mark.slow
def test_xml_of_many_records_is_parted_in_time():
    root = etree.fromstring("<serre>" + "<plante><nom>Sauge</nom></plante>" * 40_000 + "</serre>")
    began = time.process_time()
    records = list(xml._records(root))
    assert time.process_time() - began < 5  # much longer if each record were sought among all
    assert records == [[], *[[Value("nom", "Sauge")]] * 40_000]


@pytest.mark.slow
def test_xml_of_many_attributes_is_read_in_time():
    written = " ".join(f'a{number}="{number}"' for number in range(50_000))
    began = time.process_time()
    parsed = read("serre.xml", f"<serre {written}/>")
    assert time.process_time() - began < 5  # half a minute if each were sought from the first on
    assert (parsed.text.count("\n\n"), parsed.text[-13:]) == (49_999, "a49999: 49999")


def test_names_of_values_say_what_they_are_inside():
    parsed = read("a.json", '{"livraison": {"ville": "Brest"}, "facture": {"ville": "Nantes"}, "hauteurs": [1.5, 12]}')
    assert parsed.text == "livraison.ville: Brest; facture.ville: Nantes; hauteurs: 1.5, 12"


def test_the_html_in_a_feed_is_read_as_shown():
    page = "<![CDATA[<p>La grue n&#176; 3 est <b>en panne</b>.</p><p>Suite lundi, 10<sup>3</sup> kg.</p>]]>"
    items = "".join(f"<item><title>{name}</title><description>{page}</description></item>" for name in ("Un", "Deux"))
    text = read("port.xml", f"<rss><channel>{items}</channel></rss>").text
    assert "La grue n° 3 est en panne. Suite lundi, 10³ kg." in text
    assert "<" not in text


def test_the_title_of_a_feed_is_not_that_of_its_first_item():
    items = "".join(f"<item><title>{name}</title><description>{'Il pleut. ' * 9}</description></item>" for name in "AB")
    assert read("port.rss", f"<rss><channel><title>Le port</title>{items}</channel></rss>").title == "Le port"
    assert read("port.xml", f"<r>{items}</r>").title is None


def test_entities_give_no_more_than_their_share(monkeypatch):
    monkeypatch.setattr(xml, "_MOST_EXPANDED", 100)
    text = f'<!DOCTYPE r [<!ENTITY a "{"b" * 12}">]><r>{"&a;" * 50}</r>'
    assert read("a.xml", text).text == "r: " + "b" * 96


def test_a_list_of_numbers_is_one_value_with_its_name():
    numbers = ", ".join(map(str, range(100)))
    parsed = read("a.json", f'{{"lieu": "Brest", "mesures": [{numbers}], "poids": [{", ".join(["0.5"] * 400)}]}}')
    assert parsed.text == f"lieu: Brest; mesures: {numbers}"


def test_a_long_value_keeps_a_name_that_tells_what_it_is():
    text = "Le bac ne prend ni les chiens, ni les vélos, ni les voitures, sauf celles des habitants de l'île."
    assert read("a.json", f'{{"interdictions": "{text}"}}').text == f"interdictions: {text}"
    assert read("a.json", f'{{"message": "{text}"}}').text == text
