"""What was read in part is reported, and is the same after any history."""

import json

from fakes import HashingEncoder

import index
from index.progress import ReadWarning
from index.storage.manifest import read_manifest
from index.storage.snapshot import find_current
from ui.cli.output import print_status
from ui.html import library as html
from ui.i18n.labels import FRENCH
from ui.services import status

ENCODER = HashingEncoder()
BOATS = '{"bateau": "Le Goéland est un voilier."}\n{"bateau": "La Sterne\n{"bateau": "Le Pétrel est une barque."}\n'
WARNING = ReadWarning("bateaux.jsonl", "invalid JSON", line=2)


def test_a_bad_line_costs_that_line_and_is_told_again_after_any_rebuild(tmp_path):
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bateaux.jsonl").write_text(BOATS)
    (corpus / "ciel.txt").write_text("Le ciel est bleu.")
    first = index.rebuild(corpus, target, encoder=ENCODER)
    assert (first.documents, first.skipped, first.warnings) == (2, (), (WARNING,))
    manifest = read_manifest(find_current(target))
    assert index.rebuild(corpus, target, encoder=ENCODER).warnings == (WARNING,)
    (corpus / "ciel.txt").write_text("Le ciel est gris.")  # the other file comes from the cache
    assert index.rebuild(corpus, target, encoder=ENCODER).warnings == (WARNING,)
    assert index.rebuild(corpus, target, encoder=ENCODER, fresh=True).warnings == manifest.warnings == (WARNING,)
    (corpus / "bateaux.jsonl").write_text(BOATS.replace("La Sterne", 'La Sterne"}'))
    assert index.rebuild(corpus, target, encoder=ENCODER).warnings == ()


def test_warnings_are_shown_by_status_and_the_page(tmp_path, capsys):
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bateaux.jsonl").write_text(BOATS)
    report = index.rebuild(corpus, target, encoder=ENCODER)
    state = status.read_state(target)
    assert json.loads(json.dumps(state))["warnings"] == [
        {"source": "bateaux.jsonl", "page": None, "line": 2, "reason": "invalid JSON"}
    ]
    print_status(state, None, as_json=False)
    assert "warning bateaux.jsonl, line 2: invalid JSON\n" in capsys.readouterr().out
    markup = html.render_report(report, FRENCH)
    assert "1 avertissement" in markup
    assert "<strong>bateaux.jsonl</strong>, ligne 2 : JSON invalide" in " ".join(markup.split())
