"""Posts that users bring as files: tables, saved pages, recordings, archives, captures of a browser extension.

Whatever a file is, is recognised by its content. Every page or answer in it goes to the page object that a crawl would
have used, in a worker process that can be killed. What comes out are landing records like a crawl's. An import's id is
the file's hash: the same file twice is one import.
"""

from crawler.importing.importer import ImportOptions, import_paths, write_template
from crawler.importing.outcome import ImportedFile, ImportProblem, ImportReport
from crawler.importing.tables import TableSettings

__all__ = [
    "ImportOptions",
    "ImportProblem",
    "ImportReport",
    "ImportedFile",
    "TableSettings",
    "import_paths",
    "write_template",
]
