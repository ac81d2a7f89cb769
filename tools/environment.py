"""Make a virtual environment from hash-pinned locks with nothing but Python, or reuse it.

    python tools/environment.py DIRECTORY LOCK [LOCK ...]

Every package comes from the locks, checked against its hash; the project itself is then installed
editable, built by the hatchling of the locks, so that nothing unpinned is fetched.  A stamp in the
environment holds a hash of the locks, of ``pyproject.toml`` and of the interpreter: while it is the
same, nothing is done.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOWEST_PYTHON = (3, 11)


def main(arguments: list[str]) -> int:
    """Bring the environment ``arguments[0]`` in step with the locks ``arguments[1:]``."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < LOWEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        return _refused(
            f"Python {found} is too old: indexcalc needs 3.11 or newer.",
            "name a newer one, for example: make test PYTHON=python3.12",
        )
    # Debian's python3 has the venv module but not the ensurepip it needs.
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return _refused(
            "this Python cannot make virtual environments.",
            "install the venv module (Debian, Ubuntu: apt-get install python3-venv; Fedora and"
            " others: python3-pip with the full python3), or name another interpreter: PYTHON=...",
        )
    directory = Path(arguments[0])
    locks = [Path(name) for name in arguments[1:]]
    wanted = _stamp([*locks, ROOT / "pyproject.toml"])
    stamp = directory / "indexcalc.stamp"
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == wanted:
        return 0
    print(f"{directory}: installing from {', '.join(map(str, locks))}", flush=True)
    if directory.exists():
        shutil.rmtree(directory)
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    folder = "Scripts" if os.name == "nt" else "bin"
    pip = [str(directory / folder / "python"), "-m", "pip", "install", "--no-deps"]
    # Errors only: an index that is configured and away would else give a line for every package.
    pip += ["--quiet", "--quiet", "--disable-pip-version-check"]
    requirements = [word for lock in locks for word in ("--requirement", str(lock))]
    try:
        subprocess.run([*pip, "--require-hashes", *requirements], check=True)
        subprocess.run([*pip, "--no-build-isolation", "--editable", str(ROOT)], check=True)
    except subprocess.CalledProcessError as failed:
        return _refused(
            f"pip ended with status {failed.returncode}; see its message above.",
            "where the network was at fault, run the same command again",
        )
    stamp.write_text(wanted + "\n", encoding="ascii")
    return 0


def _stamp(files: list[Path]) -> str:
    """A hash of the files' content and of the interpreter."""
    digest = hashlib.sha256(f"{sys.version} {sys.executable} {ROOT}".encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _refused(what: str, way_out: str) -> int:
    print(f"error: {what}\n  hint: {way_out}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
