"""qcode: qualitative coding in plain files, counted per case, phase and perspective."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qcode.api import OpenStudy, open_study

__version__ = "0.1.0"
__all__ = ["OpenStudy", "__version__", "open_study"]


def __getattr__(name: str) -> Any:
    """The public names, each loaded when it is first asked for: the command line starts without them."""
    if name in ("OpenStudy", "open_study"):
        from qcode import api

        return getattr(api, name)
    raise AttributeError(f"module 'qcode' has no attribute {name!r}")
