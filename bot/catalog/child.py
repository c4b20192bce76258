"""Runs the import process: starts it, listens to it, ends it in time, and reads what its end means."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from bot.catalog.messages import (
    Finished,
    ImportRequest,
    Progressed,
    Refused,
    Unavailable,
    Verdict,
    decode_message,
    encode,
)
from bot.catalog.reports import CatalogRefused, CatalogUnavailable, FeedReport, ProgressListener

MODULE = "bot.catalog.importer"
ROOT = Path(__file__).parents[2]

_LONGEST_LINE = 1 << 20
_STDERR_KEPT = 4_000

# What a process needs to run and to reach the network; no setting, and so no secret, goes to whoever reads the file.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")
_INHERITED_ENDINGS = ("_PROXY", "_proxy")
_INHERITED_BEGINNINGS = ("COVERAGE_", "COV_CORE_")

log = structlog.get_logger()


async def run_import(request: ImportRequest, patience: timedelta, listen: ProgressListener) -> FeedReport:
    """Import one supplier's catalog in a process of its own; raises ``CatalogRefused`` or ``CatalogUnavailable``."""
    supplier = request.feed.supplier
    try:
        process = await _start(request)
    except OSError as error:
        raise CatalogUnavailable(supplier, f"the import process cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(patience.total_seconds()):
            verdict = await _converse(process, request, listen)
    except TimeoutError:
        raise CatalogUnavailable(supplier, f"the import took longer than {patience}") from None
    finally:
        await _end(process)
    match verdict:
        case Finished(report):
            return report
        case Refused(reason):
            raise CatalogRefused(supplier, reason)
        case Unavailable(reason):
            raise CatalogUnavailable(supplier, reason)


async def _start(request: ImportRequest) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=_environment(request),
        limit=_LONGEST_LINE,
        # Ctrl-C at a terminal must not look like a damaged file: it reaches us, and we end the process.
        start_new_session=True,
    )


async def _converse(process: Process, request: ImportRequest, listen: ProgressListener) -> Verdict:
    """Hand over the request, pass on progress, and return the verdict once the process has ended."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("the import process was started without pipes")
    process.stdin.write(encode(request) + b"\n")
    errors = asyncio.create_task(_tail(process.stderr))
    try:
        verdict = await _hear(process.stdout, listen)
        code = await process.wait()
        complaint = await errors
    finally:
        errors.cancel()
    if verdict is not None and code == 0:
        return verdict
    log.error("the catalog import process died, the last good snapshot stays", code=code, stderr=complaint)
    return Refused(f"the import process died ({_cause(code)}); the file may be damaged")


async def _hear(stdout: asyncio.StreamReader, listen: ProgressListener) -> Verdict | None:
    verdict: Verdict | None = None
    async for line in stdout:
        try:
            message = decode_message(line)
        except msgspec.DecodeError:
            continue  # a line cut short by the process's death
        if isinstance(message, Progressed):
            listen(message.progress)
        else:
            verdict = message
    return verdict


async def _tail(stderr: asyncio.StreamReader) -> str:
    kept = b""
    while chunk := await stderr.read(_STDERR_KEPT):
        kept = (kept + chunk)[-_STDERR_KEPT:]
    return kept.decode(errors="replace")


async def _end(process: Process) -> None:
    """Make sure that the process is gone, however we got here."""
    if process.returncode is None:
        process.kill()
        await process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _environment(request: ImportRequest) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.endswith(_INHERITED_ENDINGS) or name.startswith(_INHERITED_BEGINNINGS)
    }
    # Sorting spills into the data directory: in a container it may be the only one that can be written to.
    return kept | {"PYTHONPATH": str(ROOT), "SQLITE_TMPDIR": request.directory}
