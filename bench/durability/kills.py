"""Kill writing processes at random moments, and check what is left with a fresh process each time.

python -m bench.durability.kills [COUNT] [--kinds first,rebuild,conversation,removal,upload,page] [--seed N]

Kills COUNT times for each kind: first builds and rebuilds of an index; processes that keep conversations or remove
files; and ``rag serve --watch`` during uploads, and during questions, removals and uploads from the page. After each
kill the index must be whole, the old or the new one; each upload that was acknowledged must be there, and no half file
under a name that is not hidden; each conversation must be readable, with all turns that were shown; a file that was to
be removed must be in the folder or among the removed ones; no process of the server may be left.
"""

import os
import random
import sys
from collections.abc import Sequence
from importlib import import_module

from bench.durability.kill_builds import FirstBuilds, Rebuilds
from bench.durability.kill_server import Events, Uploads
from bench.durability.kill_site import Kind, Site
from bench.durability.kill_writers import KeptConversations, Removals
from bench.outcomes import Outcome, parser, run

COMMAND = "kills"
FORMATS: "dict[str, type[Kind]]" = {
    "first": FirstBuilds,
    "rebuild": Rebuilds,
    "conversation": KeptConversations,
    "removal": Removals,
    "upload": Uploads,
    "page": Events,
}
_IMPORTED = (
    "tantivy",
    "index.build.rebuild",
    "rag.pipeline",
    "ui.web.app",
    "ui.web.server",
    "ui.web.page",
    "tokenizers",
)  # once, for all forks


def measure(seed: int, kinds: Sequence[str], count: int) -> Outcome:
    """Kill ``count`` times for each kind, each in a folder of its own."""
    counts: dict[str, int] = {"kills": 0, "killed midway": 0}
    failures: list[str] = []
    for name in kinds:
        site = Site(random.Random(f"{seed} {name}"))
        kind = FORMATS[name](site)
        for _ in range(count):
            kind.kill()
        site.remove()
        counts["kills"] += count
        counts["killed midway"] += sum(n for event, n in site.counts.items() if event.endswith("killed midway"))
        counts |= dict(sorted(site.counts.items()))
        failures += site.failures
        print(f"{name}: {dict(site.counts)} {site.failures[:3]}", file=sys.stderr, flush=True)
    return Outcome(counts, tuple(failures))


def main() -> None:
    options = parser(__doc__)
    options.add_argument("count", nargs="?", type=int, default=50, help="kills of each kind")
    options.add_argument("--kinds", default=",".join(FORMATS))
    arguments = options.parse_args()
    kinds = arguments.kinds.split(",")
    if unknown := set(kinds) - FORMATS.keys():
        options.error(f"no such kind: {', '.join(unknown)}; choose from {', '.join(FORMATS)}")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    for module in _IMPORTED:
        import_module(module)
    sys.exit(run(COMMAND, 1, arguments, lambda seed: measure(seed, kinds, arguments.count)))


if __name__ == "__main__":
    main()
