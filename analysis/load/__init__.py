"""Load what crawls and imports landed into the raw tables."""

from analysis.load.loader import LoadReport, load_landing, load_list
from analysis.load.segments import Rejection

__all__ = ["LoadReport", "Rejection", "load_landing", "load_list"]
