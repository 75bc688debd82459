"""Ask a server started with ``rag serve``, and show the answer as it grows.

python examples/http_client.py http://127.0.0.1:7860 "Avec qui Emmanuel Macron s'est-il entretenu ?"
"""

import json
import os
import sys

import httpx


def main(server: str, question: str) -> None:
    password = os.environ.get("RAG_PASSWORD")
    auth = ("", password) if password else None  # any user name will do
    request = {"question": question, "k": 3}
    with httpx.stream("POST", f"{server}/api/stream", json=request, auth=auth, timeout=30) as reply:
        if reply.is_error:
            reply.read()
            sys.exit(reply.json()["error"])
        for line in reply.iter_lines():
            answer = json.loads(line)  # the answer so far: one citation more each time
            print(f"citations: {len(answer['citations'])}")
    print(answer["text"])


if __name__ == "__main__":
    main(*sys.argv[1:])
