"""Build an index, report how far it is, and list the files that could not be read.

python examples/rebuild_with_progress.py seeds .index
"""

import sys

import index


def show(progress: index.Progress) -> None:
    print(f"{progress.phase}: {progress.done} of {progress.total} files  {progress.name}", file=sys.stderr)


def main(folder: str, target: str) -> None:
    try:
        report = index.rebuild(folder, target, progress=show)
    except index.UserError as error:  # one sentence that says what to do
        sys.exit(str(error))
    print(f"documents: {report.documents}, passages: {report.passages}, in {report.seconds:.1f} s")
    for skipped in report.skipped:
        print(f"{skipped.source}: {skipped.error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
