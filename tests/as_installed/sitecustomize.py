"""Python's own start-up finds this first in every process that a test begins."""

import sys

# an installation has no pandas, which DuckDB would load with the first parameter of a query: 0.4 s in every command
sys.modules["pandas"] = None  # type: ignore[assignment]  # what the import system takes for "not there"
