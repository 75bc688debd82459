"""Index a folder, ask it a question, and print each quote with its place.

python examples/ask.py seeds "Qui est le porte-parole du Kremlin ?"
"""

import sys
from tempfile import TemporaryDirectory

import index
import rag


def main(folder: str, question: str) -> None:
    with TemporaryDirectory() as target:  # a folder that stays, such as ".index", is only built once
        index.rebuild(folder, target)
        opened = index.open_index(target)
        answer = rag.ask(question, index=opened)
        if not answer.found:
            print("Not in these documents. The nearest passages, which are no evidence:")
            print(*(f"- {hit.source}: {hit.text[:80]}…" for hit in answer.nearest), sep="\n")
        for number, citation in enumerate(answer.citations, 1):
            print(f"[{number}] {citation.quote}")
            print(f"    {citation.source}, characters {citation.start} to {citation.end}")
            document = opened.document(citation.source)
            assert document.text[citation.start : citation.end] == citation.quote  # always


if __name__ == "__main__":
    main(*sys.argv[1:])
