"""The application that Granian serves: hot addresses are answered at once, all others by Django in threads."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, Any

from granian.rsgi import ProtocolClosed as RSGIProtocolClosed

from bangfu.foundation.doors.asking import Asked, Reply
from bangfu.site.front.mounting import Mounted, meta_of

if TYPE_CHECKING:
    from bangfu.foundation.api.door.answering import Door as VoucherDoor
    from bangfu.foundation.payments.door.answering import Door as ProvidersDoor
    from bangfu.giving.campaigns.door.answering import Door as GiftDoor
    from bangfu.livelihoods.shop.door.answering import Door

SALES, GIFTS, BOOKS = "/shop/live/", "/campaigns/live/", "/api/live/"
"""Below these addresses a door answers, not a page."""
POSTED = (f"{SALES}orders", f"{GIFTS}gifts", f"{BOOKS}vouchers")
PAGE_THREADS = "BANGFU_PAGE_THREADS"
PLACER = (sys.executable, "-m", "bangfu.site.front.placing", "orders")
GIFTS_PLACER = (*PLACER[:-1], "gifts")
MESSAGES_PLACER = (*PLACER[:-1], "messages")
VOUCHERS_PLACER = (*PLACER[:-1], "vouchers")
SWITCH_S = 0.0005
"""After how long a busy thread lets another go on: what is hot waits for the threads that make pages."""


MANY_OBJECTS = 50_000
"""After so many new objects unreachable ones are looked for: what is hot makes many, and frees them itself."""


class Front:
    """One process of the house's address."""

    def __init__(self) -> None:
        self._doors: dict[str, Door | GiftDoor | VoucherDoor] = {}
        self._providers: ProvidersDoor | None = None
        self._pages: Mounted | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, before the first request."""
        gc.disable()
        from bangfu.site.wsgi import (
            application as pages,
        )  # Django is set up by it, and models are ready after that

        from bangfu.foundation.api.door.answering import Door as VoucherDoor  # isort: skip
        from bangfu.foundation.payments.door.answering import Door as ProvidersDoor  # isort: skip
        from bangfu.giving.campaigns.door.answering import Door as GiftDoor  # isort: skip
        from bangfu.livelihoods.shop.door.answering import Door  # isort: skip
        import bangfu.reporting.compiling  # noqa: F401 - otherwise whoever asks for the first figure would wait for it

        _give_way()
        sys.setswitchinterval(SWITCH_S)
        gc.collect()
        gc.enable()
        gc.freeze()  # what stands from now on is not looked through again: that held every answer up for 150 ms
        gc.set_threshold(MANY_OBJECTS)
        self._pages = Mounted(pages, loop, int(os.environ.get(PAGE_THREADS, "4")))
        self._doors = {
            SALES: Door(loop, PLACER),
            GIFTS: GiftDoor(loop, GIFTS_PLACER),
            BOOKS: VoucherDoor(loop, VOUCHERS_PLACER),
        }
        self._providers = ProvidersDoor(loop, MESSAGES_PLACER)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End, when nothing is asked any more."""
        for door in self._doors.values():
            door.end()
        if self._providers is not None:
            self._providers.end()
        if self._pages is not None:
            self._pages.end()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        path, headers = scope.path, scope.headers
        door = self._doors.get(path[: path.find("/live/") + 6])
        if door is None:
            assert self._pages is not None
            assert self._providers is not None
            account = self._providers.account_at(scope.method, path)
            if account is None:
                await self._pages.answer(scope, proto)
                return
            body = await _small_body(headers, proto, most=self._providers.largest)
            told = await self._providers.take(account, meta_of(scope), body)
            proto.response_bytes(told.status, told.headers, told.body)
            return
        asked = Asked(
            scope.method,
            path,
            headers.get("authorization", ""),
            headers.get("accept-language", "").startswith("en"),
        )
        if scope.method == "POST" and path in POSTED:
            reply = await door.place(asked, await _small_body(headers, proto, most=door.largest))
        else:
            reply = await door.answer(asked)
        if reply.pieces is None:
            proto.response_bytes(reply.status, reply.headers, reply.body)
        else:
            await _stream(reply, proto)


def _give_way() -> None:
    """Let this process interrupt nobody when something arrives: what it hands on is then written, and it gathers more meanwhile.

    Where two processors are shared with the placers and the database, each arrival otherwise takes one from whoever holds a
    lock. Its threads are begun after this and do the same; a placer is begun by ``placing``, which does not.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox may forbid it: all the rest works without
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


async def _small_body(headers: Any, proto: Any, *, most: int) -> bytes:
    """Return a body, and of one that is too large no more than shows that."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) <= most:
        return bytes(await proto())
    content = bytearray()
    async for piece in proto:
        content += piece
        if len(content) > most:
            break
    return bytes(content)


async def _stream(reply: Reply, proto: Any) -> None:
    """Send pieces until the client is gone."""
    assert reply.pieces is not None
    transport = proto.response_stream(reply.status, reply.headers)
    gone = asyncio.ensure_future(proto.client_disconnect())
    try:
        async for piece in reply.pieces:
            if gone.done():
                break
            await transport.send_bytes(piece)
    except RSGIProtocolClosed:
        return  # the client left while a piece was on its way
    finally:
        gone.cancel()
        await reply.pieces.aclose()


application = Front()
