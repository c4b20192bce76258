"""A disk that fills up, breaks, tells of every write and can lose its power, beneath SQLite's own code.

SQLite reaches files through a table of functions (sqlite.org/vfs.html). Here the default one's ``xOpen`` hands out
files whose ``xWrite``, ``xTruncate`` and ``xSync`` ask a ``Disk`` first. What SQLite does then is the real thing:
``SQLITE_FULL`` from ``xWrite`` is what its Unix layer answers to ENOSPC, ``SQLITE_IOERR_WRITE`` to EIO or EROFS.
"""

import _sqlite3
import ctypes
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

OPEN_MAIN_DB = 0x00000100
OPEN_MAIN_JOURNAL = 0x00000800
OPEN_WAL = 0x00080000
WATCHED = OPEN_MAIN_DB | OPEN_MAIN_JOURNAL | OPEN_WAL


class Answer(IntEnum):
    """What the disk says to a write or a sync."""

    WELL = sqlite3.SQLITE_OK
    FULL = sqlite3.SQLITE_FULL
    BROKEN = sqlite3.SQLITE_IOERR_WRITE


class Deed(StrEnum):
    """What is asked of the disk."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"


class Disk(Protocol):
    """Whoever decides what becomes of a deed. ``place`` is an offset or a new size, ``data`` empty but for writes."""

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        """Answer; anything but ``WELL`` is what SQLite is told, and the file stays as it was."""
        ...


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``, version 3."""

    _fields_ = [
        ("version", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("close", "read", "write", "truncate", "sync", "file_size", "lock")),
        *((name, ctypes.c_void_p) for name in ("unlock", "check_lock", "control", "sector_size", "traits")),
        *((name, ctypes.c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap")),
        *((name, ctypes.c_void_p) for name in ("fetch", "unfetch")),
    ]


class _File(ctypes.Structure):
    """``sqlite3_file``: what follows belongs to the layer below."""

    _fields_ = [("methods", ctypes.POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    """The beginning of ``sqlite3_vfs``."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_bytes", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
    ]


_Pointer, _Int, _Long = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
# The name goes through as the very pointer that came: SQLite keeps it, and URI parameters stand behind it.
_OPEN = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, ctypes.POINTER(_File), _Int, _Pointer)
_WRITE = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Int, _Long)
_TRUNCATE = ctypes.CFUNCTYPE(_Int, _Pointer, _Long)
_SYNC = ctypes.CFUNCTYPE(_Int, _Pointer, _Int)


class Shim(AbstractContextManager["Shim"]):
    """Puts a disk beneath every database opened from now on, in this process, until it is taken away again."""

    def __init__(self, disk: Disk, *, shares_memory: bool = True) -> None:
        """``shares_memory`` False is a disk such as a network's, where no write-ahead log can be kept."""
        self._version = 3 if shares_memory else 1
        # Bound now: a file may be closed when the interpreter has begun to take modules apart.
        self._asked = disk.asked
        self._paths: dict[int, Path] = {}
        self._kept: list[Any] = []
        self._tables: dict[int, Any] = {}
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._vfs: _Vfs = library.sqlite3_vfs_find(None).contents
        self._below = int(self._vfs.open)

    def __enter__(self) -> Self:
        open_below = _OPEN(self._below)

        def opened(vfs: int, name: int | None, file: Any, flags: int, out: int) -> int:
            code: int = open_below(vfs, name, file, flags, out)
            if code == sqlite3.SQLITE_OK and name and flags & WATCHED and file.contents.methods:
                address = ctypes.cast(file, _Pointer).value
                assert address is not None
                self._paths[address] = Path(ctypes.string_at(name).decode())
                file.contents.methods = ctypes.pointer(self._table(file.contents.methods.contents))
            return code

        hook = _OPEN(opened)
        self._kept.append(hook)
        self._vfs.open = _address(hook)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Files that are open keep their tables, and the tables are kept with this object's callbacks.
        self._vfs.open = self._below
        _FOR_EVER.append(self)

    def _table(self, below: Any) -> Any:
        """The functions of a file with ours in front, made once for each table of the layer below."""
        address = ctypes.addressof(below)
        if address not in self._tables:
            table = _Methods.from_buffer_copy(below)
            table.version = self._version
            hooks = (self._write(below), self._truncate(below), self._sync(below))
            table.write, table.truncate, table.sync = map(_address, hooks)
            self._kept.append(hooks)
            self._tables[address] = table
            self._tables[ctypes.addressof(table)] = table
        return self._tables[address]

    def _write(self, below: Any) -> Any:
        on, asked, paths = _WRITE(below.write), self._asked, self._paths

        def write(file: int, data: int, size: int, offset: int) -> int:
            answer = asked(Deed.WRITE, paths[file], offset, ctypes.string_at(data, size))
            return answer or on(file, data, size, offset)

        return _WRITE(write)

    def _truncate(self, below: Any) -> Any:
        on, asked, paths = _TRUNCATE(below.truncate), self._asked, self._paths

        def truncate(file: int, size: int) -> int:
            return asked(Deed.TRUNCATE, paths[file], size, b"") or on(file, size)

        return _TRUNCATE(truncate)

    def _sync(self, below: Any) -> Any:
        on, asked, paths = _SYNC(below.sync), self._asked, self._paths

        def sync(file: int, flags: int) -> int:
            return asked(Deed.SYNC, paths[file], 0, b"") or on(file, flags)

        return _SYNC(sync)


_FOR_EVER: list[Shim] = []
"""Shims whose files may still be open."""


def _address(function: Any) -> int:
    address = ctypes.cast(function, _Pointer).value
    assert address is not None
    return address


@dataclass
class MoodyDisk:
    """A disk that answers everything the same, until it is told otherwise."""

    mood: Answer = Answer.WELL

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        """As it feels."""
        return self.mood


@dataclass(frozen=True, slots=True)
class SteeredDisk:
    """A disk whose mood stands in a file, so that it can be steered from another process. No file: all is well."""

    state: Path

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        """As the file says, for writes and syncs alike."""
        try:
            return Answer[self.state.read_text().strip() or "WELL"]
        except FileNotFoundError:
            return Answer.WELL


@dataclass
class Platter:
    """What a disk keeps when the power goes: everything that was synced, and of the rest whatever ``chance`` says."""

    deeds: list[tuple[Deed, str]] = field(default_factory=list[tuple[Deed, str]])
    _durable: dict[Path, bytearray] = field(default_factory=dict[Path, bytearray])
    _floating: dict[Path, list[tuple[Deed, int, bytes]]] = field(
        default_factory=dict[Path, list[tuple[Deed, int, bytes]]]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        """Take note."""
        with self._lock:
            self.deeds.append((deed, path.name))
            floating = self._floating.setdefault(path, [])
            if deed is Deed.SYNC:
                self._apply(self._durable.setdefault(path, bytearray()), floating)
                floating.clear()
            else:
                floating.append((deed, place, data))
        return Answer.WELL

    def after_a_power_cut(self, folder: Path, chance: Callable[[], bool] = lambda: False) -> None:
        """Write into ``folder`` what the files hold now if the power goes; ``chance`` keeps a write nobody synced."""
        folder.mkdir()
        with self._lock:
            # A rollback journal that was deleted must not come back: SQLite syncs its folder.
            for path in filter(Path.exists, self._durable.keys() | self._floating.keys()):
                content = bytearray(self._durable.get(path, b""))
                self._apply(content, [deed for deed in self._floating.get(path, []) if chance()])
                (folder / path.name).write_bytes(content)

    @staticmethod
    def _apply(content: bytearray, deeds: list[tuple[Deed, int, bytes]]) -> None:
        for deed, place, data in deeds:
            if deed is Deed.TRUNCATE:
                del content[place:]
                continue
            content.extend(bytes(max(0, place + len(data) - len(content))))
            content[place : place + len(data)] = data
