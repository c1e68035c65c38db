"""Models built two at a time, each as soon as all that it reads is built.

Most models of a market of usual size are worked by one thread, however many DuckDB may use, as a table of up to 122,880
rows is one task (see DuckDB on row groups and parallelism). Two models at once use two processors.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache
from graphlib import TopologicalSorter

import duckdb

from analysis.model_files import Model
from analysis.warehouse import LARGE_BYTES, connect_again

AT_ONCE = 2
"""More than two would need the memory of so many, and seldom are there three that wait for none of the others."""
BREAK_OFF_SECONDS = 0.02

BuildOne = Callable[[duckdb.DuckDBPyConnection, Model], None]


def build_side_by_side(connection: duckdb.DuckDBPyConnection, models: Sequence[Model], build_one: BuildOne) -> None:
    """Call ``build_one`` with a connection to the same database for each model, ``AT_ONCE`` of them at a time.

    ``models`` stand in an order in which they can be built; whatever the most others wait for is built first. In a
    large database they are built one after the other. What ``build_one`` raises is raised here, after the other model
    was broken off; the same goes for an interruption.
    """
    at_once = min(AT_ONCE, os.cpu_count() or 1)
    if at_once == 1 or _is_large(connection):
        for model in models:
            build_one(connection, model)
        return
    connections = [connect_again(connection) for _ in range(at_once)]
    idle: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
    for each in connections:
        idle.put(each)
    is_ended = threading.Event()

    def work(model: Model) -> Model:
        lent = idle.get()
        try:
            if not is_ended.is_set():
                build_one(lent, model)
        finally:
            idle.put(lent)
        return model

    with ThreadPoolExecutor(at_once) as pool:
        try:
            _work_off(models, lambda model: pool.submit(work, model), at_once)
        except BaseException:
            is_ended.set()
            # again and again: a statement that has not yet reached DuckDB is not broken off
            while idle.qsize() < at_once:
                for each in connections:
                    each.interrupt()
                time.sleep(BREAK_OFF_SECONDS)
            raise
    for each in connections:
        each.close()


def _is_large(connection: duckdb.DuckDBPyConnection) -> bool:
    """Then one model keeps all processors busy, and two only wait for memory."""
    row = connection.execute(
        "select block_size * total_blocks from pragma_database_size() where database_name = current_database()"
    ).fetchone()
    return row is not None and row[0] >= LARGE_BYTES


def _work_off(models: Sequence[Model], begin: Callable[[Model], Future[Model]], at_once: int) -> None:
    """Begin each model when those that it reads have ended, never more than ``at_once``."""
    by_table = {model.table: model for model in models}
    first = _first_come(models)
    waiting = TopologicalSorter({table: set(model.refs) & by_table.keys() for table, model in by_table.items()})
    waiting.prepare()
    ready: list[str] = []
    running: set[Future[Model]] = set()
    while waiting.is_active():
        ready = sorted([*ready, *waiting.get_ready()], key=first)
        while ready and len(running) < at_once:
            running.add(begin(by_table[ready.pop(0)]))
        ended, running = wait(running, return_when=FIRST_COMPLETED)
        for each in ended:
            waiting.done(each.result().table)


def _first_come(models: Iterable[Model]) -> Callable[[str], tuple[int, int]]:
    """How models queue: those at the head of the longest chain first, of equals as they were given."""
    places = {model.table: place for place, model in enumerate(models)}
    readers: dict[str, list[str]] = {table: [] for table in places}
    for model in models:
        for ref in model.refs:
            if ref in readers:
                readers[ref].append(model.table)

    @cache
    def chain(table: str) -> int:
        return 1 + max(map(chain, readers[table]), default=0)

    return lambda table: (-chain(table), places[table])
