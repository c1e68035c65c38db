"""A process of its own for whatever strangers wrote: it is watched, and killed when it takes too long or too much."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from typing import ParamSpec, TypeVar

from pebble import ProcessPool

from crawler.extraction import _start_worker

_MEMORY_BYTES = 400 * 1024 * 1024
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


class Worker:
    """Started when it is first called; ``stack`` ends it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._pool: ProcessPool | None = None

    def call(
        self, seconds: float, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Found]:
        """``function`` (found by its name) there; the future raises TimeoutError after ``seconds``, and ProcessExpired
        when the process ended over it."""
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,  # a page takes a few milliseconds: starting a second worker costs more than it brings
                initializer=_start_worker,
                initargs=(_MEMORY_BYTES,),
                context=multiprocessing.get_context("spawn"),
            )
            self._stack.callback(self._close, self._pool)
        submitted: Future[_Found] = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=seconds)
        return submitted

    @staticmethod
    def _close(pool: ProcessPool) -> None:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble types only part of itself
        pool.join()
