"""Make messages as Outlook saves them (.msg): an OLE container of properties, after [MS-CFB] and [MS-OXMSG]."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SECTOR, _SMALL = 512, 64  # bytes of a sector, and of one of the stream that holds all small streams
_LARGE = 4096  # bytes of a stream that has sectors of its own
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT, _BYTES, _TIME = 0x001F, 0x0102, 0x0040
_EPOCH = 116_444_736_000_000_000  # 1970 in tenths of a microsecond since 1601


@dataclass
class Storage:
    """A folder of an OLE container."""

    streams: dict[str, bytes] = field(default_factory=dict)
    storages: "dict[str, Storage]" = field(default_factory=dict)


def message(
    subject: str, body: str, sender: str, sent: float | None = None, files: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """Return a message; ``sent`` is in seconds since 1970."""
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x1000: body, 0x0C1A: sender, 0x0C1F: sender}
    times = {} if sent is None else {0x0039: int(sent * 1e7) + _EPOCH}
    root = _storage(struct.pack("<8x4I8x", 0, len(files), 0, len(files)), texts, {}, times)
    for number, (name, data) in enumerate(files):
        root.storages[f"__attach_version1.0_#{number:08X}"] = _storage(bytes(8), {0x3707: name}, {0x3701: data}, {})
    return container(root)


def _storage(head: bytes, texts: Mapping[int, str], data: Mapping[int, bytes], times: Mapping[int, int]) -> Storage:
    """Return the storage of an object with these properties, by their numbers."""
    values = [(id, _TEXT, text.encode("utf-16-le")) for id, text in texts.items()]
    values += [(id, _BYTES, content) for id, content in data.items()]
    rows = [struct.pack("<HHI8s", _TIME, id, 6, struct.pack("<Q", time)) for id, time in times.items()]
    rows += [struct.pack("<HHIII", kind, id, 6, len(content), 0) for id, kind, content in values]
    streams = {f"__substg1.0_{id:04X}{kind:04X}": content for id, kind, content in values}
    return Storage({**streams, "__properties_version1.0": head + b"".join(rows)})


def container(root: Storage) -> bytes:
    """Return the bytes of an OLE container."""
    small, chains, entries, large = bytearray(), list[int](), list[bytes](), dict[int, bytes]()

    def add(name: str, kind: int, child: int, start: int, size: int) -> None:
        encoded = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<BBIII36xIQ", kind, 1, _FREE, _FREE, child, start, size)
        entries.append(struct.pack("<64sH", encoded, len(encoded)) + links)

    def fill(storage: Storage, entry: int) -> None:
        """Add what is in a storage as siblings in a row, the first of them its child."""
        numbers = []
        for name, data in storage.streams.items():
            numbers.append(len(entries))
            if len(data) >= _LARGE:
                large[len(entries)] = data
                add(name, 2, _FREE, 0, len(data))
                continue
            first, count = len(chains), -(-len(data) // _SMALL)
            chains.extend([*range(first + 1, first + count), _END] if count else [])
            small.extend(data.ljust(count * _SMALL, b"\0"))
            add(name, 2, _FREE, first if count else _END, len(data))
        for name, inner in storage.storages.items():
            numbers.append(len(entries))
            add(name, 1, _FREE, 0, 0)
            fill(inner, numbers[-1])
        for number, following in pairwise(numbers):
            entries[number] = _with(entries[number], 72, following)
        if numbers:
            entries[entry] = _with(entries[entry], 76, numbers[0])

    add("Root Entry", 5, _FREE, 0, 0)
    fill(root, 0)
    entries[0] = entries[0][:120] + struct.pack("<Q", len(small))
    return _file(entries, struct.pack(f"<{len(chains)}I", *chains), {0: bytes(small), **large})


def _with(entry: bytes, offset: int, number: int) -> bytes:
    return entry[:offset] + struct.pack("<I", number) + entry[offset + 4 :]


def _file(entries: list[bytes], chains: bytes, contents: Mapping[int, bytes]) -> bytes:
    """Return the file of a directory, the chains of its small sectors, and the contents of entries by their number."""
    blocks = [_padded(content, b"\0") for content in contents.values()]
    streams = [_padded(b"".join(entries), b"\0"), _padded(chains, b"\xff"), *blocks]
    counts = [len(stream) // _SECTOR for stream in streams]
    tables = next(n for n in range(1, 99) if n * _SECTOR // 4 >= n + sum(counts))
    starts = [tables + sum(counts[:number]) for number in range(len(counts))]
    for entry, start in zip(contents, starts[2:], strict=True):
        entries[entry] = _with(entries[entry], 116, start)
    fat = [_FAT] * tables
    for start, count in zip(starts, counts, strict=True):
        fat += [*range(start + 1, start + count), _END] if count else []
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, starts[0], 0, 4096, starts[1] if counts[1] else _END, counts[1], _END, 0,
    )  # fmt: skip
    listed = struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    table = _padded(struct.pack(f"<{len(fat)}I", *fat), b"\xff")
    return b"".join([head, listed, table, _padded(b"".join(entries), b"\0"), *streams[1:]])


def _padded(data: bytes, fill: bytes) -> bytes:
    """Pad data to the end of a sector."""
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, fill)
