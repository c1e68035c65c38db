"""Processes of our own for whatever strangers wrote: each is watched, and killed when it takes too long or too much."""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.context import BaseContext, SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessPool

logger = logging.getLogger(__name__)

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_LONGEST_FOLDER = 60
"""Of temporary files: the name of a socket in it must stay under 100 characters."""


class ReadingProcesses:
    """At most ``workers`` processes, started with the first call, each anew after ``max_tasks`` calls (0: never).

    A process begins with ``initializer(*initargs)``. Where the system can, it is forked from one that has loaded
    the module ``preload``: it reads at once, and costs little to replace. End them with ``close``.
    """

    def __init__(
        self,
        workers: int,
        initializer: Callable[..., object],
        *initargs: Any,
        preload: str,
        max_tasks: int = 0,
    ) -> None:
        self._workers = workers
        self._initializer = initializer
        self._initargs = initargs
        self._preload = preload
        self._max_tasks = max_tasks
        self._begun: _Begun | None = None

    @cached_property
    def _pool(self) -> ProcessPool:
        self._begun = _begun(self._preload)
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=self._max_tasks,
            initializer=self._initializer,
            initargs=self._initargs,
            context=self._begun,
        )

    def call(
        self, seconds: float, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Found]:
        """``function`` (found by its name) in one of them.

        The future raises TimeoutError after ``seconds`` and ProcessExpired when the process ended over it.

        Raises
        ------
        RuntimeError
            All of them ended, or they are closed.
        """
        submitted: Future[_Found] = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=seconds)
        return submitted

    def kill(self) -> None:
        """End every process and wait for no thread: one may hang where a process was killed with the queue's lock."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types only part of itself
        if self._begun is not None:
            self._begun.kill()

    def close(self) -> None:
        """End every process; what was not read is given up."""
        self.kill()
        self._pool.join()


class _Begun(BaseContext):
    """Knows the processes that it began, and begins none after ``kill``.

    Pebble takes the queue's locks away before it ends the processes: one that is only just starting would look for them
    and die with a traceback on the user's screen.
    """

    process_class: type[_Process]

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: list[BaseProcess] = []
        self._over = False

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # noqa: N802 - multiprocessing's name
        process = self.process_class(*args, **kwargs)
        process.begun = self
        return process

    def begin(self, process: BaseProcess, start: Callable[[], None]) -> None:
        """Raises OSError when all is over, as a system that has no process left would."""
        with self._lock:
            if self._over:
                raise OSError("no process is begun any more")
            self._processes = [other for other in self._processes if other.is_alive()]
            start()
            self._processes.append(process)

    def kill(self) -> None:
        with self._lock:
            self._over = True
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()


class _Process(BaseProcess):
    begun: _Begun | None = None

    def start(self) -> None:
        # what travels to the process is this object, which cannot take along who began it
        begun, self.begun = self.begun, None
        if begun is not None:
            begun.begin(self, super().start)


class _SpawnedProcess(_Process, SpawnProcess):
    """Starts from nothing."""


class _Spawned(_Begun, SpawnContext):  # type: ignore[misc]  # its Process is a class there, and called alike
    process_class = _SpawnedProcess


if sys.platform == "win32":

    def _begun(_: str) -> _Begun:
        return _Spawned()

else:
    from multiprocessing import forkserver
    from multiprocessing.context import ForkServerContext, ForkServerProcess

    class _ForkedProcess(_Process, ForkServerProcess):
        """Starts as a copy of a process that has loaded what is needed."""

    class _Forked(_Begun, ForkServerContext):  # type: ignore[misc]  # as above
        process_class = _ForkedProcess

    def _begun(preload: str) -> _Begun:
        if len(tempfile.gettempdir()) > _LONGEST_FOLDER:
            return _Spawned()
        get_context("forkserver").set_forkserver_preload([preload])
        try:
            forkserver.ensure_running()
        except OSError as error:  # a full disk has no place for its socket
            logger.info("Processes that read pages start from nothing (%s).", error)
            return _Spawned()
        return _Forked()
