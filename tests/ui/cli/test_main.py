"""The command line, run as a person runs it: what it prints, and its exit status."""

import io
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path
from unittest import mock

import httpx
import model_server
import pytest

from index.errors import CorpusNotFound
from ui.cli.main import main
from ui.cli.progress import count_done
from ui.services.indexing import RebuildJob

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"


COMMAND = [sys.executable, "-c", "from ui.cli.main import main; main()"]
SURROUNDINGS = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT), "RAG_INDEX": "", "RAG_READER": "off"}


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does."""
    command, environment = [*COMMAND, *map(str, arguments)], {**SURROUNDINGS, **variables}
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, env=environment
    )


def rag(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which has imported all of it already."""
    words, printed, errors = ["rag", *map(str, arguments)], io.StringIO(), io.StringIO()
    surroundings = {"COLUMNS": "200", "RAG_INDEX": "", **variables}
    with (
        mock.patch.dict(os.environ, surroundings),
        mock.patch.object(sys, "argv", words),
        redirect_stdout(printed),
        redirect_stderr(errors),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(words, code, printed.getvalue(), errors.getvalue())


def address_in(line: str, pattern: str) -> str:
    match = re.search(pattern, line)
    assert match is not None
    return match[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("command") / "index"
    assert run("rebuild", SEEDS, "--index", folder).returncode == 0
    return folder


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on stderr of a command that failed on what a person can mend."""
    assert done.returncode == 1
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_rebuild_reports_what_changed(tmp_path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Le ciel est bleu.")
    (corpus / "b.txt").write_bytes(bytes(range(256)) * 9)
    first = run("rebuild", corpus, "--index", index)
    assert "1 document," in first.stdout
    assert "1 added" in first.stdout
    assert "skipped b.txt: " in first.stdout
    again = json.loads(rag("rebuild", "--index", index, "--json").stdout)
    assert (again["documents"], again["added"], again["unchanged"]) == (1, 0, 1)
    assert again["skipped"][0][0] == "b.txt"


def test_status_says_what_is_indexed(built):
    state = json.loads(rag("status", "--index", built, "--json").stdout)
    assert state["documents"] == 5
    assert state["folder"] == str(SEEDS)
    assert state["encoder"] == "sourcier"
    assert str(SEEDS) in rag("status", RAG_INDEX=str(built)).stdout


def test_ask_answers_with_its_source(built):
    done = run("ask", KREMLIN, "--index", built)
    assert done.returncode == 0
    assert "Dmitri Peskov" in done.stdout
    assert "000_e8e7819b36a530f0.txt" in done.stdout


def test_ask_in_json_is_the_answer(built):
    answer = json.loads(rag("ask", KREMLIN, "--index", built, "--json").stdout)
    for citation in answer["citations"]:
        text = (SEEDS / citation["source"]).read_text()
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert any("Dmitri Peskov" in citation["quote"] for citation in answer["citations"])


def test_not_found_has_its_own_exit_status(built):
    done = run("ask", AUSTRALIA, "--index", built)
    assert done.returncode == 3
    assert not done.stderr
    assert "\nLes passages les plus proches. Sur un sujet voisin" in done.stdout
    asked_in_english = rag("ask", "What is the capital of Australia?", "--index", built)
    assert "\nThe nearest passages. Related, but they don’t answer" in asked_in_english.stdout


def test_search_lists_passages_best_first(built):
    hits = json.loads(rag("search", "format Normandie", "--index", built, "--json", "-k", 4).stdout)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert "Normandie" in hits[0]["text"]


def test_a_missing_index_says_how_to_build_one(tmp_path):
    for command in (["ask", KREMLIN], ["search", KREMLIN], ["status"]):
        assert "rag rebuild" in sentence(rag(*command, "--index", tmp_path / "none"))


def test_serving_needs_no_index_and_creates_nothing_before_a_file_is_added(tmp_path):
    with serving("--index", tmp_path / "index", "--folder", tmp_path / "own", "--port", 0) as server:
        address = address_in(server.stdout.readline(), r"http://\S+")
        with urllib.request.urlopen(f"{address}/health") as reply:
            assert json.load(reply)[1:] == ["", False]
        assert not list(tmp_path.iterdir())
        status = request_json(f"{address}/api/ask", {"question": KREMLIN})
        assert status == (503, {"error": "There are no documents yet. Drop some anywhere on the page, then ask."})
    assert "--folder" in rag("serve", "--help").stdout


def request_json(address: str, body: dict[str, object]) -> tuple[int, object]:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_rebuild_without_a_folder_names_the_one_that_holds_documents(tmp_path):
    environment = {"RAG_FOLDER": str(tmp_path / "my own")}
    message = sentence(rag("rebuild", "--index", tmp_path / "index", **environment))
    assert message == "Which folder? For example: rag rebuild my-documents\n"
    assert message == sentence(rag("rebuild", "", "--index", tmp_path / "index", **environment))  # an unset variable
    (tmp_path / "my own").mkdir()
    (tmp_path / "my own/a.txt").write_text("Le ciel est bleu.")
    message = sentence(rag("rebuild", "--index", tmp_path / "index", **environment))
    assert message == f"Which folder? For example: rag rebuild '{tmp_path}/my own'\n"


def test_an_index_of_the_sample_is_replaced_without_asking(built, tmp_path):
    target = shutil.copytree(built, tmp_path / "index")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/a.txt").write_text("Le ciel est bleu.")
    assert rag("rebuild", tmp_path / "own", "--index", target).returncode == 0
    assert "--yes" in sentence(rag("rebuild", SEEDS, "--index", target))


@pytest.fixture
def make(tmp_path):
    """Runs make in a copy of the Makefile whose ``rag`` notes its arguments; FOLDER and others are given as words."""
    if os.name == "nt":
        pytest.skip("the Makefile needs a POSIX shell")
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    program = f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n[ "$1 $#" = \'rebuild 1\' ] && exit $FAILS || true\n'
    (tmp_path / "bin/rag").write_text(program)
    (tmp_path / "bin/rag").chmod(0o755)
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/ready").touch()

    def run(*words: str, **environment: str) -> list[str]:
        command = ["make", "-s", f"VENV={tmp_path}/venv", f"BIN={tmp_path}/bin", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "RAG_INDEX": "", "FAILS": "0", **environment}, check=True
        )
        assert done.returncode == 0
        calls = tmp_path / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return lines

    return run


SERVED = "serve --host 127.0.0.1 --port 7860"


def test_make_serve_indexes_the_sample_once_and_afterwards_what_was_indexed(make, tmp_path):
    assert make("serve") == ["rebuild seeds", SERVED]
    (tmp_path / ".index").mkdir()
    (tmp_path / ".index/CURRENT").touch()
    assert make("serve") == ["rebuild", SERVED]
    assert make("serve", FAILS="1") == ["rebuild", SERVED]  # the folder is not there: the index answers on
    assert make("serve", "FOLDER=my documents") == ["rebuild my documents", SERVED]
    (tmp_path / ".index/CURRENT").rename(tmp_path / ".index/FOLDER")
    assert make("serve") == ["rebuild", SERVED]
    assert make("serve", RAG_INDEX=str(tmp_path / "other")) == ["rebuild seeds", SERVED]


def test_make_clean_keeps_conversations_and_removed_documents(make, tmp_path):
    remaining = {"conversations/0.json", "removed/a.txt", "FOLDER", "notes.txt"}
    gone = {"snapshot-000003/manifest.json", "cache.sqlite", "cache.sqlite-wal", "CURRENT", "lock", "lock.owner"}
    for name in remaining | gone:
        (tmp_path / ".index" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".index" / name).write_text("x")
    make("clean")
    assert {
        p.relative_to(tmp_path / ".index").as_posix() for p in tmp_path.glob(".index/**/*") if p.is_file()
    } == remaining
    assert not (tmp_path / "venv").exists()


def test_bad_folders_and_questions_are_one_sentence(built, tmp_path):
    assert "nowhere" in sentence(rag("rebuild", tmp_path / "nowhere", "--index", tmp_path / "index"))
    assert "rag rebuild" in sentence(rag("rebuild", "--index", tmp_path / "index"))
    for question in ("", "?!", "mot " * 30_000):
        sentence(rag("ask", question, "--index", built))


def test_an_index_of_another_folder_is_not_replaced_unasked(own, tmp_path):
    corpus, index = own
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.txt").write_text("La mer est verte.")
    assert "--yes" in sentence(rag("rebuild", tmp_path / "other", "--index", index))
    assert json.loads(rag("status", "--index", index, "--json").stdout)["folder"] == str(corpus)


def test_a_misspelt_folder_is_told_before_an_index_would_be_replaced(built, tmp_path):
    assert "Check its name" in sentence(rag("rebuild", tmp_path / "documnets", "--index", built))


def test_yes_replaces_an_index_of_another_folder(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Le ciel est bleu, {name}.")
        assert rag("rebuild", tmp_path / name, "--index", tmp_path / "index", "--yes").returncode == 0
    assert rag("status", "--index", tmp_path / "index").stdout.count("two") == 1


def test_a_port_in_use_is_one_sentence(built):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in sentence(rag("serve", "--index", built, "--port", port))


def test_other_machines_are_let_in_with_a_password_only(built):
    assert "RAG_PASSWORD" in sentence(rag("serve", "--index", built, "--host", "0.0.0.0", "--port", 0))


def test_a_question_imports_neither_page_nor_frameworks(built):
    code = (
        "import sys; from ui.cli.main import app\n"
        "app(['ask', sys.argv[1], '--index', sys.argv[2]], standalone_mode=False)\n"
        "print(sorted({'gradio', 'torch', 'langchain', 'langchain_core', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, KREMLIN, str(built)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_progress_is_drawn_on_a_terminal_only(tmp_path):
    assert "\x1b" not in rag("rebuild", SEEDS, "--index", tmp_path / "plain").stderr
    master, terminal = pty.openpty()
    code = "from ui.cli.main import main; main()"
    command = [sys.executable, "-c", code, "rebuild", str(SEEDS), "--index", str(tmp_path / "bar")]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=terminal, cwd=ROOT, timeout=60, check=True)
    os.close(terminal)
    drawn = os.read(master, 65536).decode()
    assert "\x1b" in drawn
    passages = json.loads(rag("status", "--index", tmp_path / "bar", "--json").stdout)["passages"]
    assert re.search(rf"5/5 files, {passages} passages, [\d,]+/s", drawn)


def test_progress_tells_what_is_known():
    assert count_done(0, 0, 0, 0.0, None) == ""
    assert count_done(0, 12_000, 0, 0.1, None) == "0/12,000 files"
    line = count_done(3_000, 12_000, 45_000, 30.0, 89.2)
    assert line == "3,000/12,000 files, 45,000 passages, 1,500/s, about 2\xa0min left"
    assert count_done(3, 3, 7, 2.0, None) == "3/3 files, 7 passages, 4/s"


def test_a_check_names_what_is_damaged_and_a_rebuild_mends_it(built, tmp_path):
    index = shutil.copytree(built, tmp_path / "index")
    assert "damaged    nothing\n" in rag("status", "--check", "--index", index).stdout
    assert json.loads(rag("status", "--check", "--index", index, "--json").stdout)["damaged"] == []
    path = next((index / (index / "CURRENT").read_text()).glob("*/vectors.faiss"))
    name = f"{path.parent.name}/vectors.faiss"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert rag("status", "--index", index).returncode == 0
    assert sentence(rag("status", "--check", "--index", index)).endswith(
        f"index: {name}. Build it again: rag rebuild FOLDER\n"
    )
    done = rag("status", "--check", "--index", index, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (1, {"damaged": [name]})
    assert rag("rebuild", "--index", index).returncode == 0
    assert json.loads(rag("status", "--check", "--index", index, "--json").stdout)["damaged"] == []


@pytest.fixture
def own(tmp_path):
    """A folder that may be changed, and its index."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Le ciel est bleu.")
    assert rag("rebuild", corpus, "--index", index).returncode == 0
    return corpus, index


@contextmanager
def serving(*arguments: object, **variables: str):
    process = subprocess.Popen(
        [*COMMAND, "serve", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**SURROUNDINGS, "PYTHONUNBUFFERED": "1", "RAG_READER": "off", **variables},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.posix
def test_a_served_index_is_kept_current_and_each_outcome_is_one_line(own):
    corpus, index = own
    with serving("--watch", "--index", index, "--port", 0) as server:
        assert re.fullmatch(
            r"\d\d:\d\d:\d\d  1 document, 1 passage, in .* s \(1 unchanged\)\n", server.stderr.readline()
        )
        assert "Sourcier is at" in server.stdout.readline()
        (corpus / "b.txt").write_text("La mer est verte.")
        (corpus / "c.txt").write_text("")
        assert server.stderr.readline().endswith("(1 added, 1 unchanged); 1 skipped\n")
        assert "La mer est verte." in rag("ask", "La mer est-elle verte ?", "--index", index).stdout
        for path in corpus.iterdir():
            path.unlink()
        assert "contains no files to index. Put documents in it" in server.stderr.readline()
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        assert "Traceback" not in server.stderr.read()


def test_a_folder_that_is_gone_cannot_be_watched(own):
    corpus, index = own
    shutil.rmtree(corpus)
    assert "corpus does not exist. Put it back, or serve without --watch." in sentence(
        rag("serve", "--watch", "--index", index, "--port", 0)
    )
    with pytest.raises(CorpusNotFound, match="Put it back"), RebuildJob(index).watching(print):
        pass


@pytest.mark.posix
def test_a_name_with_a_line_break_stays_in_its_line(own):
    corpus, index = own
    (corpus / "b\nskipped c.txt").write_bytes(b"")
    output = rag("rebuild", corpus, "--index", index).stdout
    assert output.count("\n") == 2
    assert "skipped b�skipped c.txt: " in output


@pytest.mark.posix
def test_hits_stay_in_their_lines_whatever_the_terminal_can_write(own):
    corpus, index = own
    (corpus / "b\nc.txt").write_text("La mer est verte, œuvre d’été.")
    rag("rebuild", corpus, "--index", index)
    result = run("search", "La mer est-elle verte ?", "--index", index, PYTHONIOENCODING="ascii")
    assert not result.stderr
    assert "b?c.txt:0-" in result.stdout.splitlines()[0]


@pytest.mark.posix
@pytest.mark.exhaustive
def test_a_rebuild_that_is_interrupted_forgets_no_file(tmp_path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for number in range(60):
        (corpus / f"{number}.html").write_text(
            f"<h1>Titre {number}</h1>" + f"<p>La page {number} est longue.</p>" * 300
        )
    arguments = [*COMMAND, "rebuild", str(corpus), "--index", str(index)]
    process = subprocess.Popen(
        arguments,
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    while not (index / "cache.sqlite").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    process.communicate(timeout=30)
    assert process.returncode
    assert rag("rebuild", corpus, "--index", index).stdout.startswith("60 documents, ")
    assert json.loads(rag("status", "--index", index, "--json").stdout)["skipped"] == 0


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a.txt").write_text("Le ciel est bleu.")
    message = sentence(rag("rebuild", tmp_path / "a.txt", "--index", tmp_path / "index"))
    assert message.endswith("a.txt is a file. Name the folder that holds it.\n")


@pytest.mark.linux
def test_a_password_sent_in_the_clear_is_warned_of_and_guesses_are_logged_without_questions(built):
    with serving("--index", built, "--host", "127.0.0.2", "--port", 0, RAG_PASSWORD="secret") as server:
        assert "travel unencrypted" in server.stderr.readline()
        address = address_in(server.stdout.readline(), r"http://[\d.:]+")
        for password in ("wrong", "secret"):
            question = {"question": "Qui est le porte-parole du Kremlin ?"}
            httpx.post(f"{address}/api/ask", json=question, auth=("me", password))
            httpx.get(f"{address}/?q=un+secret", auth=("me", password))
        server.send_signal(signal.SIGINT)
        logged = server.stderr.read()
    assert re.fullmatch(r"(\d\d:\d\d:\d\d  wrong password from 127\.0\.0\.1, \d in a row\n){2}", logged)


def test_json_on_a_terminal_holds_no_control_characters(tmp_path):
    (tmp_path / "corpus").mkdir()
    hostile = "Le phare \x9b31m de Cordouan\u202e date \x85 de 1611\x7f."
    (tmp_path / "corpus" / "a.md").write_text(hostile, encoding="utf-8")
    rag("rebuild", tmp_path / "corpus", "--index", tmp_path / "index")
    printed = rag("ask", "De quand date le phare de Cordouan ?", "--json", "--index", tmp_path / "index").stdout
    assert all(character == "\n" or character.isprintable() for character in printed)
    assert "\x9b31m" in json.loads(printed)["citations"][0]["quote"]


def test_the_version_is_told():
    assert rag("--version").stdout == f"sourcier {version('sourcier')}\n"


def test_filters_say_where_to_look(built):
    named = json.loads(rag("ask", KREMLIN, "--index", built, "--documents", "000_*", "--json").stdout)
    assert {citation["source"][:4] for citation in named["citations"]} == {"000_"}
    dated = json.loads(rag("search", KREMLIN, "--index", built, "--since", "01/02/2022", "--json").stdout)
    every = json.loads(rag("search", KREMLIN, "--index", built, "--json").stdout)
    assert 0 < len(dated) < len(every)
    assert rag("search", KREMLIN, "--index", built, "--until", "1999-01-01").returncode == 3
    message = sentence(rag("ask", KREMLIN, "--index", built, "--since", "hier"))
    assert message == "“hier” is not a date; write it as 2022-02-01 or 01/02/2022.\n"
    assert sentence(rag("ask", KREMLIN, "--index", built, "--documents", "none.txt")).startswith("No document is named")


def test_a_model_writes_and_each_sentence_is_judged(built: Path) -> None:
    text = "Le porte-parole du Kremlin est Dmitri Peskov [1]. Il vit à Paris [99]."
    with model_server.serving(model_server.says(text)) as model:
        surroundings = {"RAG_MODEL_URL": f"{model.url}/v1"}
        done = rag("ask", KREMLIN, "--index", built, "--model", "openai:scripted", **surroundings)
        named = rag("ask", KREMLIN, "--index", built, "--json", RAG_MODEL="openai:scripted", **surroundings)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{text}\n\nwritten by openai:scripted;")
    assert re.search(r"^  unsupported  Il vit à Paris \[99\]\.$", done.stdout, re.MULTILINE)
    assert done.stderr == "openai:scripted on this machine writes the answer; it is sent the text.\n"
    assert json.loads(named.stdout)["writer"] == "openai:scripted"


def test_verify_tells_by_its_exit_status_what_the_documents_do_not_say(tmp_path):
    corpus, index, draft = tmp_path / "corpus", tmp_path / "index", tmp_path / "draft.md"
    corpus.mkdir()
    (corpus / "phare.txt").write_text("Le phare de Cordouan compte 301 marches. Il date de 1611.\n", encoding="utf-8")
    assert rag("rebuild", corpus, "--index", index).returncode == 0

    draft.write_text("Le phare de Cordouan compte 301 marches.\n", encoding="utf-8")
    sound = rag("verify", draft, "--index", index)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert re.search(r"^supported +Le phare de Cordouan compte 301 marches\.", sound.stdout, re.M)
    assert "phare.txt:0-" in sound.stdout
    assert "100% of the sentences are supported." in sound.stdout

    draft.write_text("Le phare de Cordouan compte 401 marches. On lit : « le phare est en ruine ».\n", encoding="utf-8")
    wrong = rag("verify", draft, "--index", index, "--json")
    assert wrong.returncode == 3
    [verification] = json.loads(wrong.stdout)
    assert [judged["verdict"] for judged in verification["sentences"]] == ["contradicted", "unsupported"]
    assert [quote["found"] for quote in verification["quotes"]] == [None]
    assert not verification["is_sound"]


def test_verify_reads_an_exported_answer_back_and_finds_what_went_stale(tmp_path):
    corpus, index, export = tmp_path / "corpus", tmp_path / "index", tmp_path / "answer.json"
    corpus.mkdir()
    source = corpus / "phare.txt"
    source.write_text("Le phare de Cordouan compte 301 marches.\n", encoding="utf-8")
    rag("rebuild", corpus, "--index", index)
    export.write_text(
        rag("ask", "Combien de marches le phare de Cordouan compte-t-il ?", "--index", index, "--json").stdout
    )
    assert rag("verify", export, "--index", index).returncode == 0
    source.write_text("Le phare de Cordouan compte 302 marches.\n", encoding="utf-8")
    rag("rebuild", corpus, "--index", index)
    stale = rag("verify", export, "--index", index)
    assert stale.returncode == 3
    assert "stale" in stale.stdout
    assert "(the file changed)" in stale.stdout
    assert stale.stdout.startswith("\nCombien de marches le phare de Cordouan compte-t-il ?\n")
    source.write_text("Note. Le phare de Cordouan compte 301 marches.\n", encoding="utf-8")
    rag("rebuild", corpus, "--index", index)
    assert "phare.txt:0-40 (now phare.txt:6-46) (the file changed)" in rag("verify", export, "--index", index).stdout


def test_headings_of_a_draft_state_nothing(built, tmp_path):
    draft = tmp_path / "draft.html"
    draft.write_text("<h1>Budget 2031</h1><h2>Les travaux de mai</h2><p>Pourquoi ?</p>", encoding="utf-8")
    verified = rag("verify", draft, "--index", built)
    assert (verified.returncode, verified.stdout) == (0, "\nNo sentence states anything.\n")


def test_a_draft_of_any_length_is_verified_in_parts(built, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("# Notes\n\n" + "?\n\n" * 40_000 + "Pourquoi ?\n", encoding="utf-8")
    verified = rag("verify", draft, "--index", built)
    assert (verified.returncode, verified.stdout) == (0, "\nNo sentence states anything.\n" * 2)


def test_a_draft_that_is_missing_is_one_sentence(built, tmp_path):
    assert "draft.md" in sentence(rag("verify", tmp_path / "draft.md", "--index", built))
