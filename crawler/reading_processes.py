"""Processes of our own for whatever strangers wrote: each is watched, and killed when it takes too long or too much."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessPool

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


class ReadingProcesses:
    """At most ``workers`` processes, started with the first call, each anew after ``max_tasks`` calls (0: never).

    A process begins with ``initializer(*initargs)``. End them with ``close``.
    """

    def __init__(self, workers: int, initializer: Callable[..., object], *initargs: Any, max_tasks: int = 0) -> None:
        self._begun = _Begun()
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=max_tasks,
            initializer=initializer,
            initargs=initargs,
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
        self._begun.kill()

    def close(self) -> None:
        """End every process; what was not read is given up."""
        self.kill()
        self._pool.join()


class _Begun(SpawnContext):
    """Knows the processes it began, and begins none after ``kill``.

    Pebble takes the queue's locks away before it ends the processes: one that is only just starting would look for them
    and die with a traceback on the user's screen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: list[SpawnProcess] = []
        self._over = False

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802 - multiprocessing's name
        return _Process(self, *args, **kwargs)

    def begin(self, process: SpawnProcess, start: Callable[[], None]) -> None:
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


class _Process(SpawnProcess):
    def __init__(self, begun: _Begun, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun: _Begun | None = begun

    def start(self) -> None:
        # what travels to the process is this object, which cannot take along who began it
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.begin(self, super().start)
