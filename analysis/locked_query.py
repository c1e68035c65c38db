"""Runs one query in a process of its own, which ``analysis.ask`` starts, limits and may kill.

Reads the request from standard input, writes the answer to the files it names; both are JSON. Nothing here imports the
package, so that the process starts fast. What the lock stops and what it does not: DuckDB's settings keep a query from
files, network, extensions and settings; they do not bound memory (``repeat('x', 4000000000)``) nor end in time, which
is why there is a process around it.
"""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec

ROWS_A_TIME = 256
HEADROOM_BYTES = 3 << 30  # address space of the interpreter, threads and libraries, most of it never touched


def plain(value: Any) -> Any:
    """A value that JSON has: numbers, text, lists and objects; what is not finite becomes text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if value.__class__.__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    return str(value)


def locked(request: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    """The snapshot, for reading, with every other door shut."""
    connection = duckdb.connect(
        request["snapshot"],
        read_only=True,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{request['memory_bytes']}B",
            "temp_directory": request["spill"],
            "max_temp_directory_size": f"{request['spill_bytes']}B",
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    if request["parquet"]:
        connection.execute(f"set allowed_paths = ['{request['parquet']}']")  # made by the parent; holds no quote
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, or ``{"error": …}`` with DuckDB's own words."""
    connection = locked(request)
    statements = connection.extract_statements(request["sql"])
    if not statements:
        return {"error": "There is no question in it."}
    if request["parquet"]:
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"error": "Parquet takes the rows of exactly one select."}
        query = statements[0].query.strip().rstrip(";")
        connection.execute(
            f"copy (from (\n{query}\n) limit {int(request['max_rows'])}) to '{request['parquet']}' (format parquet)"
        )
        return {"columns": [], "rows": [], "is_cut": False}
    result: Any = None
    for statement in statements:
        result = connection.execute(statement)
    columns = [(name, str(kind)) for name, kind, *_ in result.description or ()]
    rows: list[list[Any]] = []
    size = 0
    while columns and (fetched := result.fetchmany(min(ROWS_A_TIME, request["max_rows"] + 1 - len(rows)))):
        for row in fetched:
            size += sum(len(cell) if isinstance(cell, str | bytes) else 16 for cell in row)
            rows.append([plain(cell) for cell in row])
        if size > request["max_bytes"]:
            return {
                "error": f"The answer is larger than {request['max_bytes'] >> 20} MiB: ask for fewer rows or columns."
            }
        if len(rows) > request["max_rows"]:
            break
    return {"columns": columns, "rows": rows[: request["max_rows"]], "is_cut": len(rows) > request["max_rows"]}


def main() -> None:
    """Answer the request on standard input."""
    request = msgspec.json.decode(sys.stdin.buffer.read())
    limit = request["memory_bytes"] + HEADROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = run(request)
    except duckdb.OutOfMemoryException:
        answer = {"error": f"The query needs more than {request['memory_bytes'] >> 20} MiB of memory."}
    except MemoryError:
        answer = {"error": f"The query needs more than {request['memory_bytes'] >> 20} MiB of memory."}
    except duckdb.Error as error:
        answer = {"error": str(error).strip()}
    Path(request["answer"]).write_bytes(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
