"""Convert old office files to current formats with LibreOffice, if it is installed.

It runs confined (``index.sandbox.programs``), and its own settings forbid what a document could ask it for: macros,
links to other files or addresses, and their updates.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from hashlib import md5
from pathlib import Path

from index.errors import ProgramMissing, UnreadableFile
from index.sandbox.programs import ProgramFailed, run_program

_SECONDS = 120.0  # for a file alone; each further one of a batch adds some
_SECONDS_EACH = 20.0
_MEMORY = 4 << 30  # bytes of address space
_LARGEST = 200_000_000  # bytes of a converted file
_SOCKETS = Path("/tmp")  # LibreOffice knows no other place
_ENVIRONMENT = {"SAL_USE_VCLPLUGIN": "svp"}  # it draws on no screen
_STARTS, _STARTS_AGAIN = 3, 81  # the status with which it asks to be started again, as with a new profile
_MACOS = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_SCRIPTING, "MacroSecurityLevel", 3),
    (_SCRIPTING, "DisableMacrosExecution", True),
    (_SCRIPTING, "DisableActiveContent", True),
    (_SCRIPTING, "BlockUntrustedRefererLinks", True),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", 0),
    ("/org.openoffice.Office.Writer/Content/Update", "Field", False),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", 2),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", 0),  # a workbook comes here to be calculated
    ("/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", 1),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", True),
)
# The format of today for each old one; a workbook of today is calculated.
TARGETS = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx", ".xlsx": ".xlsx"}


def convert(data: bytes, suffix: str) -> bytes:
    """Convert a file of an old format to the current one.

    Raises:
        ProgramMissing: LibreOffice is not installed.
        UnreadableFile: it cannot convert the file.
    """
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        source = Path(folder, f"file{suffix}")
        source.write_bytes(data)
        (converted,) = convert_files([source], Path(folder))
        if isinstance(converted, UnreadableFile):
            raise converted
        return converted.read_bytes()


def convert_files(sources: Sequence[Path], folder: Path) -> list[Path | UnreadableFile]:
    """Convert files of one old format, one after the other in one run, and return what became of each, in order.

    A file that stops a run is tried once more alone, and the others in a further run.

    Args:
        sources: the files; their names differ and end in a suffix of ``TARGETS``.
        folder: where LibreOffice may read and write; the sources lie in it, and the converted files will.
    """
    suffix = sources[0].suffix
    program = find_program()
    if program is None:
        missing = ProgramMissing(
            "it is an old office file ({}); install LibreOffice, or save it as {}", suffix, TARGETS[suffix]
        )
        return [missing] * len(sources)
    waiting, converted = list(sources), dict[Path, Path | UnreadableFile]()
    while waiting:
        converted |= _run(program, waiting, folder)
        stopped = next((source for source in waiting if source not in converted), None)
        if stopped is not None:
            converted |= _run(program, [stopped], folder) if len(waiting) > 1 else {}
            converted.setdefault(stopped, _failure(suffix))
        waiting = [source for source in waiting if source not in converted]
    return [converted[source] for source in sources]


def _run(program: Path, sources: Sequence[Path], folder: Path) -> dict[Path, Path | UnreadableFile]:
    """Convert files in one run of LibreOffice; return the outcome of each that the run reached."""
    target = TARGETS[sources[0].suffix]
    profile, output = folder / "profile", folder / "converted"
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"]
    command = [str(program), *options, f"-env:UserInstallation={profile.as_uri()}", "--convert-to", target[1:]]
    seconds = _SECONDS + _SECONDS_EACH * (len(sources) - 1)
    _write_settings(profile)
    try:
        is_complete = _completes([*command, "--outdir", str(output), *map(str, sources)], folder, profile, seconds)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    outputs = {source: output / f"{source.stem}{target}" for source in sources}
    converted: dict[Path, Path | UnreadableFile] = {source: path for source, path in outputs.items() if path.is_file()}
    if not is_complete and converted:  # the last may have been cut off
        converted.pop(max(converted, key=sources.index))
    failed = {source: _failure(source.suffix) for source in sources if is_complete and source not in converted}
    return converted | failed


def _completes(command: Sequence[str], folder: Path, profile: Path, seconds: float) -> bool:
    """Run a command to its end; return False if it fails or takes too long."""
    for _ in range(_STARTS):
        try:
            run_program(
                command, folder, seconds=seconds, memory=_MEMORY, largest=_LARGEST,
                environment=_ENVIRONMENT, sockets=[str(_SOCKETS)],
            )  # fmt: skip
        except ProgramFailed as error:
            if error.status != _STARTS_AGAIN:
                return False
        else:
            return True
        finally:
            _remove_socket(profile)
    return False


def _failure(suffix: str) -> UnreadableFile:
    return UnreadableFile(
        "LibreOffice cannot convert it, an old office file ({}); save it as {}", suffix, TARGETS[suffix]
    )


def find_program() -> Path | None:
    """Return LibreOffice's own program, which starts no other process; None if it is not installed."""
    program = shutil.which("soffice") or (str(_MACOS) if sys.platform == "darwin" and _MACOS.exists() else None)
    if program is None:
        return None
    binary = Path(os.path.realpath(program)).with_name("soffice.bin")
    return binary if binary.exists() else Path(program)


def program_version() -> str:
    """Return the path of LibreOffice, which tells one installation from another; empty if it is not installed."""
    return str(find_program() or "")


def _remove_socket(profile: Path) -> None:
    """Remove the socket by which a second LibreOffice with this profile would find the first, which cannot itself."""
    for socket in _SOCKETS.glob(f"OSL_PIPE_*{find_socket_name(profile)}"):
        with suppress(OSError):
            socket.unlink()


def find_socket_name(profile: Path) -> str:
    """Return how the name of the socket ends that LibreOffice makes with a profile."""
    digest = md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{str(value).lower()}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    names = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    (profile / "user").mkdir(parents=True)
    settings = f'<?xml version="1.0" encoding="UTF-8"?><oor:items {names}>{items}</oor:items>'
    (profile / "user" / "registrymodifications.xcu").write_text(settings, "utf-8")
