"""A table is found in a grid of cells, and its first row names columns only if it is no record."""

import time

import pytest

from index.readers.data.csv import read_csv
from index.readers.data.grid import SPANNED, format_grid

QUESTION = "Que pensez-vous du nouveau marché couvert ? " * 5 + "Dites-le."


NEXT = [["Nom", "Âge"], ["Léa", "7"], ["Tom", "9"]]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["Club"], ["en 2024"], *NEXT, ["* relevé hier"]],
         ["text Club", "caption en 2024", "row Nom: Léa; Âge: 7", "row Nom: Tom; Âge: 9", "text * relevé hier"]),
        ([*NEXT, [], ["Zoé", "8"]],
         ["caption", "row Nom: Léa; Âge: 7", "row Nom: Tom; Âge: 9", "row Nom: Zoé; Âge: 8"]),
        ([*NEXT, [], ["Ville", "Prix"], ["Metz", "3"]],
         ["caption", "row Nom: Léa; Âge: 7", "row Nom: Tom; Âge: 9", "caption", "row Ville: Metz; Prix: 3"]),
        ([["Nom", "Âge", "", "Ville", "Prix"], ["Léa", "7", "", "Metz", "3"]],
         ["caption", "row Nom: Léa; Âge: 7", "caption", "row Ville: Metz; Prix: 3"]),
        ([["Ville", "", "Prix", "Note"], ["Metz", "", "3", "bien"], ["Hors région"], ["Nice", "", "5", "mal"]],
         ["caption", "row Ville: Metz; Prix: 3; Note: bien",
          "caption Hors région", "row Ville: Nice; Prix: 5; Note: mal"]),
        ([["", "2022", SPANNED, "2023"], ["Poste", "Prévu", "Réel", "Prévu"], ["Eau", "1", "2", "3"]],
         ["caption", "row Poste: Eau; 2022 Prévu: 1; 2022 Réel: 2; 2023 Prévu: 3"]),
        ([["Jour", "1", "2", "3"], ["Lundi", "20", "21", "22"]], ["caption", "row Jour: Lundi; 1: 20; 2: 21; 3: 22"]),
        ([["", "2021", "2022"], ["Recettes", "100", "1985"]], ["caption", "row Recettes; 2021: 100; 2022: 1985"]),
        ([["Client :", "Durand"], ["Ville", "Metz"]], ["caption", "row Client : Durand", "row Ville | Metz"]),
        ([["Recettes", "2022", "2023"], ["Eau", "10", "11"], [], ["Frais", "2023", "2024"], ["Gaz", "8", "9"]],
         ["caption", "row Recettes: Eau; 2022: 10; 2023: 11", "caption", "row Frais: Gaz; 2023: 8; 2024: 9"]),
        ([["Nom", "Rôle", "Âge"], ["Ana", "chef", "31"], [], ["Salle", "Rue", "Étage"], ["A1", "nord", "bas"]],
         ["caption", "row Nom: Ana; Rôle: chef; Âge: 31", "caption", "row Salle: A1; Rue: nord; Étage: bas"]),
        ([["Poste", "Prix"], ["Eau", "1 €"], ["Gaz", "5 €"], [], ["Bois", "1990"], ["Fuel", "2010"]],
         ["caption", *(f"row Poste: {p}; Prix: {n}"
                       for p, n in (("Eau", "1 €"), ("Gaz", "5 €"), ("Bois", "1990"), ("Fuel", "2010")))]),
        ([["Poste", "Prix"], ["Eau", "1 €"], [], ["Bois", "n.d."], ["Fuel", "5 €"]],
         ["caption", *(f"row Poste: {p}; Prix: {n}" for p, n in (("Eau", "1 €"), ("Bois", "n.d."), ("Fuel", "5 €")))]),
        ([["Pièce", "Qté", "Net"], ["Vis", "10", "5"], ["Clou", "20", "4"], ["", "Total HT", "9"]],
         ["caption", "row Pièce: Vis; Qté: 10; Net: 5", "row Pièce: Clou; Qté: 20; Net: 4", "row Total HT: 9"]),
        ([["Nom", "Ana", "Bo"], ["Âge", "31", "44"], ["Ville", "Metz", "Nice"]],
         ["caption", "row Nom: Ana; Âge: 31; Ville: Metz", "row Nom: Bo; Âge: 44; Ville: Nice"]),
        ([["Client", "Ana"], ["Ville", "Metz"], [], ["Pièce", "Qté", "Net"], ["Vis", "10", "5"]],
         ["caption", "row Client: Ana", "row Ville: Metz", "caption", "row Pièce: Vis; Qté: 10; Net: 5"]),
        ([["Mois", "Net"], ["Mai", "3"], ["Juin", "4"], [], ["Pièce", "Qté", "Net"], ["Vis", "10", "5"]],
         ["caption", "row Mois: Mai; Net: 3", "row Mois: Juin; Net: 4", "caption", "row Pièce: Vis; Qté: 10; Net: 5"]),
        ([["Une phrase seule."], ["Une autre."]], ["text Une phrase seule.", "text Une autre."]),
    ],
)  # fmt: skip
def test_tables_are_found_among_titles_notes_and_empty_rows(rows, lines):
    assert [f"{line.kind} {line.text}".strip() for line in format_grid(rows)] == lines


def test_what_stands_over_a_table_in_a_csv_file_names_nothing():
    text = read_csv("Puits du bourg;;\nNotés le 3 mai;;\n;;\nPuits;Juin;Juillet\nNord;12;14\n".encode()).text
    assert "Puits du bourg: " not in text
    assert text.endswith("Puits: Nord; Juin: 12; Juillet: 14")


@pytest.mark.parametrize(
    "pairs",
    ["Titulaire;Ana\nCompte;FR76", "Facture;F-12\nDate;2024-03-01\nClient;Bo", "Société Bo;Metz\nExercice;2023"],
)
def test_lines_of_two_cells_above_a_wider_table_are_labels_with_their_values(pairs):
    text = read_csv(f"Relevé\n\n{pairs}\n\nDate;Objet;Débit\n03/01/2024;Loyer;650,00\n".encode()).text
    assert text.split("\n\f\n")[1:-1] == pairs.replace(";", ": ").split("\n")


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("Relevés;;\nen litres;;\nPuits;Juin;Juillet\nNord;12;14\nSud;9;8\n", "Puits: Sud; Juin: 9; Juillet: 8"),
        ("Auteur;Livre\nHugo;Notre-Dame;\nSand;Indiana;\n", "Auteur: Sand; Livre: Indiana"),
        ("Âge;1re dose;2e dose\nadulte;120,5;80,1\nenfant;60,2;40\n", "Âge: enfant; 1re dose: 60,2; 2e dose: 40"),
        ("Nom,Mail,Mail\nA,a@b.fr,c@d.fr\nB,e@f.fr,g@h.fr\n", "Nom: B; Mail: e@f.fr; Mail: g@h.fr"),
        (f"Id,{QUESTION}\n1,rien\n2,tout\n", f"Id: 2; {QUESTION}: tout"),
        ("Durand;12 rue Basse;Metz\nPetit;14 rue Haute;Nice\n", "Petit | 14 rue Haute | Nice"),
        ("Metz;2021\nNice;2019\nBrest;2020\n", "Brest | 2020"),
        ("Peinture;sur devis\nSol;30\nMur;20\n", "Mur | 20"),
        ("Nom;Présent;Absent\nAna;x;\nBo;;x\n", "Nom: Bo; Absent: x"),
        ("Hôtel;Complet;n.d.\nCamping;12;30\n", "Camping | 12 | 30"),
        ("Lundi;libre\nMardi;9h\nJeudi;10h\n", "Jeudi | 10h"),
        ("AK-1,R+15\nAL-1,R+28\n", "AL-1 | R+28"),
        ("Martin;Paul;Lyon\nDurand;Anne;Brest\nPetit;Luc;Nantes\n", "Petit | Luc | Nantes"),
        ("nom;prenom;ville\nDurand;Anne;Brest\n", "nom: Durand; prenom: Anne; ville: Brest"),
        ("plante;floraison\nlavande;juin\nsauge;mai\n", "plante: sauge; floraison: mai"),
        ("Lundi;Mardi\nSoupe;Riz\nPain;Daube\n", "Lundi: Pain; Mardi: Daube"),
        ("Cas;Suites\nRetard;Un courriel est envoyé au lecteur\nPerte;Le livre est à rembourser\n",
         "Cas: Perte; Suites: Le livre est à rembourser"),
        ("Essence;Rive\nOrme;est\nSaule;est\nOrme;sud\nSaule;sud\n", "Essence: Saule; Rive: sud"),
        ("ESSENCE;RIVE\nOrme;est\nSaule;ouest\n", "ESSENCE: Saule; RIVE: ouest"),
        ("Essence;Rive\nOrme;est\nSaule;ouest\n", "Saule | ouest"),
    ],
)  # fmt: skip
def test_the_first_row_of_a_csv_names_columns_only_if_it_is_no_record(source, row):
    assert read_csv(source.encode()).text.split("\n\f\n")[-1] == row


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("Lieu;Été;Net\nNord;1 245,50;54,50\nSud;987,25;-87,25\nOuest;5,25;4,00\nEst;10,00;3,75\n",
         "Lieu: Est; Été: 10,00; Net: 3,75"),
        ("Name,Role,Phone\nAda,Analyst,1\nAlan,Coder\nKay,Cook,4,night,deputy\n",
         "Name: Kay; Role: Cook; Phone: 4; night; deputy"),
        ("Written by Lab 4\nSample,pH,By\nA1,7.2,Ines,late\nA2,6.9,Otto\nA4,7.4\n", "Sample: A4; pH: 7.4"),
        ("Port;Lundi\nBrest;8:00;9:10\nLorient;8:30;9:40\n", "Port: Lorient; Lundi: 8:30; 9:40"),
        ("# export of 3 March\nday|shift\nMon|early\nTue|late\n", "day: Tue; shift: late"),
        ("Region,Q1,Q2\nNorth,10,20\n\nProduct,Price\nLamp,12.50\nChair,48\n", "Product: Chair; Price: 48"),
        ("Reply\nYes, we do, gladly\nNo\nPerhaps, later\n", "Reply: Perhaps, later"),
    ],
)  # fmt: skip
def test_rows_of_different_lengths_and_decimal_commas_do_not_hide_the_delimiter(source, row):
    assert read_csv(source.encode()).text.split("\n\f\n")[-1] == row


def test_a_table_between_lines_of_a_title_and_a_note_is_split():
    rows = "Commune;Abonnés;Volume\nBelval;120;4 500\nCourcy;80;2 100\n"
    text = f"Export du 03/04/2024\nService : Eau\n\n{rows}\nSource : régie\n"
    assert read_csv(text.encode()).text.split("\n\f\n") == [
        "Export du 03/04/2024", "Service : Eau", "Commune: Belval; Abonnés: 120; Volume: 4 500",
        "Commune: Courcy; Abonnés: 80; Volume: 2 100", "Source : régie",
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_ends_with_its_cell():
    text = 'Nom;Rue\nLuc;"4 rue\nBât A"\nZoé;"dit ""la"" Petite"\nMax;"5 rue\nEve;"dite "la" Grande"\nIda;6 rue\n'
    assert read_csv(text.encode()).text.split("\n\f\n") == [
        "Nom: Luc; Rue: 4 rue\nBât A", 'Nom: Zoé; Rue: dit "la" Petite', "Nom: Max; Rue: 5 rue",
        'Nom: Eve; Rue: dite "la" Grande', "Nom: Ida; Rue: 6 rue",
    ]  # fmt: skip


@pytest.mark.slow
def test_many_stray_quotes_take_no_longer_than_their_rows():
    began = time.process_time()
    assert "Nom: b; Rue: c" in read_csv(("Nom;Rue\nb;c\n" + 'a;"b\nc;"d" e\n' * 100_000).encode()).text
    assert time.process_time() - began < 20
