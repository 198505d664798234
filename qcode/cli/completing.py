"""What a shell completes: codes, cases, coders and transcripts of the study at hand. Quick, and silent about faults.

Typing waits for it, so it asks the index for its list of names and reads the study only where that is older than the
codebook, the settings or the folder of the cases.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from qcode.store.known import Known

Completion = Callable[[typer.Context, str], list[tuple[str, str]]]


def _completing(of: Callable[[Known], list[tuple[str, str]]]) -> Completion:
    def complete(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        from qcode.core.errors import QcodeError
        from qcode.store.known import find_root, known_names

        try:
            found = of(known_names(find_root(context.find_root().params.get("directory") or Path())))
        except (QcodeError, OSError, ValueError, TypeError):
            return []
        typed = incomplete.casefold()
        # A shell takes these for its own text, so nothing may act there.
        return [(name, said) for name, said in found if name.isprintable() and name.casefold().startswith(typed)]

    return complete


codes = _completing(lambda known: known.codes)
cases = _completing(lambda known: [(name, "") for name in known.cases])
coders = _completing(lambda known: [(name, "") for name in known.coders])
transcripts = _completing(lambda known: [(name, "") for name in known.transcripts])
