"""What the command ``indexcalc`` starts: everything that must hold before the first import that costs.

Ctrl-C ends the program with 130 from its first moment on, not with the traceback of an import; and a
standard stream that was closed (``>&-``) becomes the null device, so that no file that is opened
later takes its number and receives what was meant for a reader.
"""

from __future__ import annotations

# The C module: `signal` itself imports enum and more, and Ctrl-C must find a handler before that.
import _signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _leave)
    _open_streams()
    from indexcalc.cli.main import run

    if _signal.getsignal(_signal.SIGINT) is _leave:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    try:
        code = run()
    except KeyboardInterrupt:  # while an error or the end was being told
        code = _INTERRUPTED
    try:  # the interpreter's own end shows no traceback either
        _signal.signal(_signal.SIGINT, _leave)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    sys.exit(code)


def _leave(_: int, __: FrameType | None) -> None:
    os._exit(_INTERRUPTED)


def _open_streams() -> None:
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            # A path may hold any bytes, and a terminal may know no Korean: shown, never a traceback.
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
