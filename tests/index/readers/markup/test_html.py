"""Web pages and Markdown: what is content, and how it is shown."""

import pytest

from index.readers.markup.html import read_html
from index.readers.markup.markdown import read_markdown

MENU = "<nav><a href='/'>Accueil</a></nav>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>10<sup>6</sup> CO<sub>2</sub>, le 1<sup>er</sup></p>", ["10⁶ CO₂, le 1er"]),
        ("<p>Un fait<sup><a href='#n'>[3]</a></sup>.</p>", ["Un fait[³]."]),
        ("<p>Vu<span style='color: red; display:none'> caché</span>.</p><p hidden>Caché.</p>", ["Vu."]),
        ("<p>Le bac coûte <del>9</del> <ins>7</ins> euros.</p>", ["Le bac coûte 7 euros."]),
        ("<p>Prix : <s>650</s>720 €, <strike>9</strike>8, <b style='text-decoration: line-through red'>1</b>5 €</p>",
         ["Prix : 720 €, 8, 5 €"]),
        ("<style>.x{text-decoration:line-through}</style><p>Le <i class=x>9</i>7 mai<sup><s>a</s></sup>1</p>",
         ["Le 7 mai 1"]),
        ("<ol><li><s>un</s><li>deux</ol><table><tr><th>A<th>B<tr><td><del>1</del>2<td><s>3</s></table>",
         ["2. deux", "A: 2"]),
        ("<p><s>Tout <b>est</b> barré.</s></p>", ["Tout est barré."]),
        ("<p>Mardi :\n fermé<br>Jeudi : ouvert<br><br>Venez.</p>", ["Mardi : fermé\nJeudi : ouvert", "Venez."]),
        ("<ol type='a' start='3'><li>un<li>deux</ol>", ["c. un\nd. deux"]),
        ("<ol reversed type='I'><li>un<li>deux</ol>", ["II. un\nI. deux"]),
        ("<pre>a  b\n  c</pre>", ["a  b\n  c"]),
        ("<div><div>Hôte</div><div>Zoé</div></div><div><div>Étage :</div><div>2</div></div>", ["Hôte: Zoé\nÉtage: 2"]),
        ("<div><span>Cuve</span><span>1,7 l</span></div><div><span>Fil</span><span>75 cm</span></div>",
         ["Cuve: 1,7 l\nFil: 75 cm"]),
        ("<div><span>H</span><span>2</span></div><div><span>déve</span><span>loppé</span></div>", ["H2", "développé"]),
        ("<p>Vaut <math><mi>r</mi><msup><mi>x</mi><mn>2</mn></msup><annotation>r x^2</annotation></math>.</p>",
         ["Vaut rx²."]),
        ("<p><span style='display: none'><math><mi>π</mi></math></span><img alt='pi'> vaut 3.</p>", ["π vaut 3."]),
        ("<p><span><math><mi>π</mi></math></span><span aria-hidden='true'>π</span> vaut 3.</p>", ["π vaut 3."]),
        ("<style>.p{color:red;display:none}</style><div class='a p'>Aperçu</div><p>La fête.</p>", ["La fête."]),
        ("<style>.p{display:none} :checked~.p{display:block}</style><div class=p>Suite</div>", ["Suite"]),
        ("<style>@media print{.p{display:none}}</style><div class=p>Écran</div>", ["Écran"]),
        ("<style>.p{display:none}</style><script>show()</script><div class=p>Onglet</div>", ["Onglet"]),
        ("<div><div>Un titre</div><div>Un texte.</div></div>", ["Un titre", "Un texte."]),
        ("<table><tr><th>Bac</th><th colspan=2>Quais</th></tr><tr><td rowspan=2>Nord</td><td>A</td><td>B</td></tr>"
         "<tr><td>C</td><td>D</td></tr></table>",
         ["Bac: Nord; Quais: A; Quais: B\nBac: Nord; Quais: C; Quais: D"]),
        ("<p>40 L/h<a epub:type='noteref' href='#1'>1</a><a role=doc-noteref href='#2'><sup>2</sup></a>.</p>",
         ["40 L/h¹²."]),
        ("<h3><button>Où louer ?</button></h3><p>Au port.</p><button>Suite</button>", ["Où louer ?", "Au port."]),
        ("<table><thead><tr><th>Bac<th>Quais</tr></thead><tr><td>Nord<td><ul><li>A<li>B</ul></tr></table>",
         ["Bac: Nord; Quais: A, B"]),
        ("<style>ol.r{list-style-type:upper-roman} .n{list-style: none inside}</style>"
         "<ol class=r><li>un</ol><ol style='list-style-type: lower-alpha'><li>deux</ol><ol class=n><li>trois</ol>",
         ["I. un\na. deux\n- trois"]),
        ("<p>Vu\u200b du quai.</p><dialog>Fermé</dialog><dialog open>Ouvert</dialog>", ["Vu du quai.", "Ouvert"]),
        ("<ul><li><span>Fil</span><span>noir</span></li><li><span>Poids</span><span>1,1 kg</span></li></ul>",
         ["Fil: noir\nPoids: 1,1 kg"]),
        ("<table><tr><td colspan=3>Tarifs</td></tr><tr><td></td><td></td><td></td></tr><tr><td>Âge<td>Jour<td>An</tr>"
         "<tr><td>Tous<td>4 €<td>35 €</tr></table>", ["Tarifs", "Âge: Tous; Jour: 4 €; An: 35 €"]),
        ("<table><tr><th>Hôte<td>Zoé<th>Bail<td>AX-5</tr><tr><th>Lot<td>B 2<th>Loyer<td>300 €</tr></table>",
         ["Hôte: Zoé; Bail: AX-5\nLot: B 2; Loyer: 300 €"]),
        ("<table><tr><th>Bac<th>Prix<th>Jours</tr><tr><td>Nord<td>10<br>200<td><p>5</p>6 et<br>samedi</tr></table>",
         ["Bac: Nord; Prix: 10 / 200; Jours: 5 / 6 et samedi"]),
        ("<table><tr><td><b>Hôte :</b><td>Zoé<td><b>Bail</b><td>AX-5</tr></table>", ["Hôte : Zoé; Bail: AX-5"]),
        ("<table><tr><th colspan=2>BX-4</tr><tr><th>Débit<td>2 l</tr><tr><th>Fil<td>75 cm</tr></table>",
         ["BX-4", "Débit: 2 l\nFil: 75 cm"]),
        ("<table><tfoot><tr><td>Total<td>30</tfoot><thead><tr><th>Poste<th>Prix</thead><tr><td>Eau<td>30</table>",
         ["Poste: Eau; Prix: 30\nPoste: Total; Prix: 30"]),
        ("<table><tr><th>Bac<th>Quai</tr><tr><td>Nord<td>A</tr><tr><th>Train<th>Voie</tr><tr><td>Est<td>B</tr>"
         "<tr><th>Total<th>2</tr></table>", ["Bac: Nord; Quai: A\nTrain: Est; Voie: B\nTrain: Total; Voie: 2"]),
        ("<p style='opacity:0'>a</p><p style='color:red;font-size:0px'>b</p><p style='left:-9999px'>c</p>"
         "<div style='font-size:0'><b style='font-size:1em'>Vu.</b></div><p style='opacity:0.5'>Pâle.</p>",
         ["Vu.", "Pâle."]),
        ("<script>show()</script><p style='opacity:0'>Montré.</p>", ["Montré."]),
        ("<button>Quand ?</button><div style='display:none'>À 9 heures.</div><p hidden>Caché.</p><script>x()</script>",
         ["Quand ?", "À 9 heures."]),
        ("<style>.a{list-style-type:none}.a > li:before{content:counter(n,lower-roman) '. '}</style>"
         "<ol class=a><li>un<li>deux</ol>", ["i. un\nii. deux"]),
        ("<fieldset><legend>Tarif</legend><label><input type=checkbox checked>Plein</label> <input type=radio> Réduit"
         " <input value=x></fieldset>", ["Tarif", "☑ Plein ☐ Réduit"]),
        ("<h2>Histoire<span class=mw-editsection>[modifier]</span></h2><p>Un texte.</p>", ["Histoire", "Un texte."]),
        ("<dialog open>Ouvert</dialog><video>Votre navigateur est ancien.</video><p>Fin.</p>", ["Ouvert", "Fin."]),
    ],
)  # fmt: skip
def test_blocks_are_those_that_a_browser_shows(body, expected):
    assert read_html(f"<body>{body}</body>".encode()).text.split("\n\n") == expected


SENTENCES = [f"La barque numéro {n} traverse le lac en {n + 3} minutes quand le vent est faible." for n in range(12)]


def test_headings_with_links_are_kept_and_what_surrounds_the_content_is_not():
    articles = "".join(
        f"<article><h2><a href='/{n}'>Barque {n}</a></h2><p>{s}</p></article>" for n, s in enumerate(SENTENCES)
    )
    surroundings = "<div class='comments'><p>Un commentaire.</p></div><form><p>Votre avis ?</p></form>"
    page = f"<body>{MENU}<main><h1>Barques</h1>{articles}{surroundings}</main><aside>Météo</aside></body>"
    text = read_html(page.encode()).text
    assert [f"Barque {n}" in text for n in range(12)] == [True] * 12
    assert not any(word in text for word in ("Accueil", "commentaire", "Météo"))


def test_a_page_that_does_not_mark_its_content_is_read_from_its_heading_to_its_end():
    story = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    menu = "<ul>" + "".join(f"<li><a href='/{n}'>Rubrique {n}</a></li>" for n in range(9)) + "</ul>"
    page = f"<body><div class='top-menu'>{menu}</div><h1>Les barques</h1>{story}</body>"
    text = read_html(page.encode()).text
    assert text.startswith("Les barques\n\n")
    assert all(sentence in text for sentence in SENTENCES)
    assert "Rubrique" not in text


def test_a_footer_says_how_to_reach_somebody():
    footer_lines = ["4 rue du Four, 29000 Cange", "Tél. 02 98 11 22 33", "Ouvert de 9 h à 12 h", "© 2020"]
    main, footer = ("".join(f"<p>{line}</p>" for line in lines) for lines in (SENTENCES, footer_lines))
    page = f"<body>{MENU}<main>{main}</main><footer>{footer}</footer></body>"
    assert read_html(page.encode()).text.split("\n\n")[-3:] == footer_lines[:3]


def test_the_head_of_a_page_says_how_to_reach_somebody_once():
    main = "".join(f"<p>{line}</p>" for line in SENTENCES)
    head = "<header><p>Le blog</p><p>a@cange.example</p><p>Tél. 02 98 11 22 33</p></header>"
    page = f"<body>{head}{MENU}<main>{main}</main>"
    footer = "<footer><p>Tél. 02 98 11 22 33</p><p>4 rue du Four, 29000 Cange</p></footer>"
    lines = read_html(f"{page}{footer}</body>".encode()).text.split("\n\n")
    assert lines[-3:] == ["a@cange.example", "Tél. 02 98 11 22 33", "4 rue du Four, 29000 Cange"]
    assert lines.count("Tél. 02 98 11 22 33") == 1
    assert "Le blog" not in lines


def test_a_label_and_its_value_that_style_sheets_set_apart_are_no_single_word():
    price = "<h2>Chaise</h2><div><span>Prix</span><span>45 €</span></div>"
    word = "<div><span>L</span><span>e marché</span></div>"
    assert read_html(f"<body>{price}{word}</body>".encode()).text == "Chaise\n\nPrix 45 €\n\nLe marché"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Un ~~vieux~~ pont[^2][^nom].", "Un pont²."),
        ("Prix : ~~12~~10 €, 1~~x `2`y~~3 et <del>4</del>5", "Prix : 10 €, 1 3 et 5"),
        ("| Bac | Prix |\n|---|---|\n| Nord | 10<br>200 |", "Bac: Nord; Prix: 10 / 200"),
        ("Non <s>fermé et ~~barré~~.", "Non fermé et barré."),
        ("- ~~un~~\n- ~~deux~~", "- un\n- deux"),
        ("10<sup>6</sup> m^2^, CO<sub>2</sub>, H~2~O, <b>1</b><sup>er</sup>", "10⁶ m², CO₂, H₂O, 1er"),
        ("Voir [[lieux/port|le port]], [[gare]] et ![[plan.png]].", "Voir le port, gare et plan.png."),
        ("`[[a]]` et `x^2^` {#ancre}", "[[a]] et x^2^"),
        ("> [!warning] Marée\n> Prudence.", "Marée\n\nPrudence."),
        ("Fait[^1].\n\n[^1]: Dit.\n[^2]: Lu ailleurs.", "Fait¹.\n\n¹ Dit.\n\n² Lu ailleurs."),
    ],
)
def test_markdown_is_read_without_the_marks_of_its_dialects(written, expected):
    assert read_markdown(written.encode()).text == expected


def test_the_front_matter_of_hugo_is_read():
    parsed = read_markdown(
        b'+++\ntitle = "Le plan"\ndate = 2021-03-04T08:00:00Z\n[params]\nlieu = "Cange"\n+++\nUn mot.\n'
    )
    assert (parsed.title, str(parsed.date)) == ("Le plan", "2021-03-04")
    assert parsed.text == "date: 2021-03-04T08:00:00Z\nlieu: Cange\n\nUn mot."
    assert read_markdown(b"+++\nno toml\n+++\nUn mot.").text.startswith("+++")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("La ==berge nord== est à a == b == c.", "La berge nord est à a == b == c."),
        ("Voir[^1].\n\n[^1]: Visite du 3 avril.\n[site]: https://ex.org 'Le site'", "Voir¹.\n\n¹ Visite du 3 avril."),
        ("[TOC]\n\nLe 1^er^ bac, x^2^.", "Le 1er bac, x²."),
        ("Voir[^1].\n\n[^1]: Visite.", "Voir¹.\n\n¹ Visite."),
    ],
)
def test_markdown_is_read_without_its_marks(written, expected):
    assert read_markdown(written.encode()).text == expected


def test_the_day_of_a_template_dates_no_page():
    assert read_html(b"<meta name=date content=2013-12-23T23:15:00><p>Le bac part.</p>").date is None
    assert str(read_html(b"<meta name=date content=2014-01-02><p>Le bac part.</p>").date) == "2014-01-02"


def test_the_day_on_which_an_office_program_saved_a_page_is_that_of_the_file():
    page = "<meta name=generator content=LibreOffice><meta name=created content=2024-01-02T10:00><p>Le bac part.</p>"
    parsed = read_html(page.encode())
    assert (parsed.date, str(parsed.file_date)) == (None, "2024-01-02")


@pytest.mark.parametrize("heading", ["<h2>Tarifs</h2>", ""])
def test_a_table_that_ends_a_page_with_a_menu_is_read(heading):
    prose = "<p>Le musée ouvre ses portes toute la semaine sauf le mardi, et propose des visites aux familles.</p>"
    other = "<p>Les groupes scolaires de la région sont reçus le matin par un guide, en plusieurs langues.</p>"
    row = "<tr><td>Enfant<td>4 €<td>9 €</tr>"
    table = f"<table><tr><th>Public<th>Jour<th>An</tr><tr><td>Adulte<td>8 €<td>30 €</tr>{row}</table>"
    paragraphs = prose + other + prose.replace("musée", "parc")
    page = f"<html><body>{MENU}<h1>Musée du sel</h1>{paragraphs}{heading}{table}"
    assert "Public: Enfant; Jour: 4 €; An: 9 €" in read_html(page.encode()).text


def test_items_of_markdown_have_the_numbers_that_a_page_shows():
    parsed = read_markdown(b"1. un\n1. deux\n   1) trois\n   1) quatre\n1. cinq\n\nFin.\n\n7. six\n7. sept\n")
    assert parsed.text == "1. un\n2. deux\n1) trois\n2) quatre\n3. cinq\n\nFin.\n\n7. six\n8. sept"


def test_words_of_a_sentence_and_sections_named_by_their_headings_are_no_furniture():
    story = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    section = (
        "<div id='sharing-with-a-colleague'><h2>Sharing with a colleague ¶</h2><p>Push the drafts first.</p></div>"
        "<h2 id='cookies'>Cookies</h2><p>The <a class='popup' href='#n'>strangest</a> of them keeps the "
        "<span class='related'>language</span>.</p><div class='share'><a class='share' href='#'>Facebook</a></div>"
    )
    page = f"<body>{MENU}<h1>Barques</h1>{story}{section}</body>"
    text = read_html(page.encode()).text
    assert "Sharing with a colleague" in text
    assert "Push the drafts first." in text
    assert "\n\nCookies\n\nThe strangest of them keeps the language." in text
    assert "Facebook" not in text


def test_a_figure_and_what_another_section_holds_are_no_lead_in():
    body = "<figure><img><figcaption>Le vieux port en 1950</figcaption></figure><ol><li>un</ol>"
    verses = "<p>Le vent se lève<br>il faut tenter de vivre</p><section><ol><li>Une note</ol></section>"
    for page in (body, verses):
        assert [block.kind for block in read_html(f"<body>{page}</body>".encode()).blocks] == ["item"]
    named = read_html(b"<body><p>Il faut\xc2\xa0:</p><section><ol><li>un</ol></section></body>")
    assert [block.kind for block in named.blocks] == ["lead-in", "item"]


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii"])
def test_a_page_in_utf_8_is_read_as_such_whatever_single_byte_encoding_it_declares(declared):
    page = f"<meta charset={declared}><p>L'été coûte 5 €.</p>"
    assert read_html(page.encode()).text == "L'été coûte 5 €."
    assert read_html(page.encode("cp1252")).text == "L'été coûte 5 €."
