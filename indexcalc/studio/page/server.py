"""The server of the page: NiceGUI behind the guard, on this machine alone, until it is interrupted."""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import gc
import socket
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request, Response
from msgspec.structs import replace
from nicegui import app as nicegui_app
from nicegui import ui

from indexcalc.diagnostics import IndexcalcError
from indexcalc.studio.folders import Folders
from indexcalc.studio.links import from_link
from indexcalc.studio.page.access_guard import HOST, Guard
from indexcalc.studio.page.page import Page
from indexcalc.studio.text.completion import offers, place_at
from indexcalc.studio.text.reading import read, sentences
from indexcalc.studio.view import panels
from indexcalc.studio.work.workers import Workers

STATIC: Final = Path(__file__).parent / "static"
RECONNECT: Final = 30.0
"""Seconds a page may be cut off and go on; after that it opens anew from its own link."""
_LONGEST_BODY: Final = 2_000_000


def listen(port: int) -> socket.socket:
    """A socket on this machine alone; ``port`` 0: any free one.  OSError: it is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise
    return listening


def run(
    *,
    rules: list[str],
    folders: Folders,
    market: str,
    assume: Mapping[str, str],
    token: str,
    listening: socket.socket,
    ready: Callable[[str], None],
) -> None:
    """Serve pages until interrupted.  ``rules``: names that may be opened, the first at once;
    ``ready`` is given the address when the server listens."""
    port = listening.getsockname()[1]
    first = rules[0]
    workers = Workers(market, folders.find(first).path, assume)

    @ui.page("/", reconnect_timeout=RECONNECT)
    async def page(request: Request) -> None:
        state = from_link(request.query_params.get("s", ""))
        if state.rule not in {item.name for item in folders.listed()}:
            state = replace(state, rule=first, text=None, levers={})
        made = Page(workers, folders, state)
        made.build(f"/{token}")
        made.client.on_delete(lambda: asyncio.get_running_loop().call_later(1.0, _give_back))

    @nicegui_app.post("/complete")
    async def complete(request: Request) -> Any:
        body = await request.body()
        if len(body) > _LONGEST_BODY:
            return Response(status_code=413)
        place = place_at(body.decode("utf-8", "replace"))
        return [
            {"label": o.label, "apply": o.apply, "info": o.info, "type": o.kind}
            for o in offers(place)
        ]

    nicegui_app.add_static_files("/own", STATIC)
    server = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    ui.run_with(
        server,
        mount_path=f"/{token}",
        title="indexcalc studio",
        dark=None,
        reconnect_timeout=RECONNECT,
        tailwind=False,
        show_welcome_message=False,
        binding_refresh_interval=None,
    )
    nicegui_app.on_startup(lambda: _begun(workers, folders, first))
    nicegui_app.on_startup(lambda: ready(f"http://{HOST}:{port}/{token}/"))
    nicegui_app.on_shutdown(workers.stop)
    # An h11 upgrade line holds a whole link; the default bound of other servers is shorter.
    config = uvicorn.Config(
        Guard(server, token, port),
        log_level="error",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=128_000,
        ws_max_size=4_000_000,
        timeout_graceful_shutdown=2,
    )
    with closing(listening):
        uvicorn.Server(config).run(sockets=[listening])


async def _begun(workers: Workers, folders: Folders, rule: str) -> None:
    """The market opened, and the first rule read once, so that no page waits for what a first time costs.

    What is there by then stays, and the collector looks at it no more: a look takes longer than a step of
    a lever may.
    """
    await asyncio.gather(workers.start(), asyncio.to_thread(_read_once, folders, rule))
    gc.collect()
    gc.freeze()


def _give_back() -> None:
    """The memory of a page that is gone, to the system: the allocator of glibc would keep it."""
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _read_once(folders: Folders, rule: str) -> None:
    # What is wrong with that rule is told by the page that opens it.
    with suppress(IndexcalcError):
        file, text = folders.open(rule)
        made = sentences(read(text, file.path), dt.date.today())
        if made is not None:
            panels.rulebook(made, "en")
        offers(place_at(text))
