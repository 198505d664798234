"""The one place where errors become words and exit statuses."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence

import typer

from qcode import __version__
from qcode.core.errors import QcodeError
from qcode.core.words import visible

DONE, FOUND, WRONG, BUG, INTERRUPTED = 0, 1, 2, 3, 130


def guarded(app: Callable[..., object], args: Sequence[str]) -> int:
    """Run the app and return its exit status: 0 done, 1 fault found, 2 wrong use, 3 a bug, 130 interrupted."""
    try:
        result = app(list(args), prog_name="qcode", standalone_mode=False)
        sys.stdout.flush()
    except QcodeError as error:
        return _wrong(error.message, error.hint, where=str(error.where or ""))
    except typer.TyperException as error:
        return _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left (`| head`). What is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _wrong(_os_words(error), "Check that the path exists and that you may read and write there.")
    except Exception as error:  # the boundary: a bug is told plainly and kept in a file to report
        if os.environ.get("QCODE_DEBUG"):
            raise
        return _bug(error)
    return result if isinstance(result, int) else DONE


def tell(text: str) -> None:
    """One line of narration, on stderr: stdout is for results."""
    print(visible(text), file=sys.stderr)


class Bar:
    """A bar of progress on a terminal's stderr, once something takes longer than a second; gone when it is done."""

    def __init__(self, what: str, after: float = 1.0) -> None:
        self.what, self.begin, self.shown = what, time.monotonic() + after, False

    def __enter__(self) -> Bar:
        return self

    def show(self, done: int, of: int) -> None:
        """So many of so many are done."""
        if time.monotonic() > self.begin and sys.stderr.isatty():
            self.shown = True
            full = round(24 * done / max(of, 1))
            print(f"\r{self.what} [{'#' * full}{'.' * (24 - full)}] {done}/{of}", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _wrong(message: str, hint: str, where: str = "") -> int:
    place = f"{where}: " if where else ""
    tell(f"qcode: {place}{' '.join(message.split())}")
    if hint:
        tell(f"  {hint}")
    return WRONG


def _misused(error: typer.TyperException) -> int:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message)
        return WRONG
    return _wrong(message, f"See: {context.command_path if context else 'qcode'} --help")


def _os_words(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}"


def _bug(error: Exception) -> int:
    import platform
    import tempfile
    import traceback

    lines = [f"qcode {__version__}, Python {platform.python_version()}, {platform.platform()}\n"]
    lines += traceback.format_exception(error)
    with tempfile.NamedTemporaryFile("w", prefix="qcode-bug-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write("".join(lines))
    tell(f"qcode: this is a bug in qcode, not in your study: {type(error).__name__}: {error}")
    tell(f"  Nothing was half-written. Please report it with the file {file.name} (it may quote your data).")
    return BUG
