"""The folder of this machine for what is made from markets that lie elsewhere.

``INDEXCALC_CACHE`` names it; else it is ``indexcalc`` in ``XDG_CACHE_HOME``, which is ``~/.cache`` where
nothing else is said.  All in it can go at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from indexcalc.market.places.place import RemotePath

FOLDER = "INDEXCALC_CACHE"
_MARKETS = "markets"


def folder_for(place: RemotePath) -> Path:
    """Where the sidecar of a market in an object store lies; made where it can be."""
    said = os.environ.get(FOLDER)
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    root = Path(said) if said else Path(base) / "indexcalc"
    with contextlib.suppress(RuntimeError):  # no home
        root = root.expanduser()
    folder = root / _MARKETS / hashlib.sha256(str(place).encode()).hexdigest()[:24]
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
