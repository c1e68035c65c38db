"""Scrapy settings of every crawl; each stands with its reason on the same line."""

BOT_NAME = "rivalscope"  # names the log lines; the user agent is built from the contact by crawler.middlewares
SPIDER_MODULES = ["crawler.spiders"]  # one module a platform: `scrapy list` shows the platforms
NEWSPIDER_MODULE = "crawler.spiders"  # where `scrapy genspider` would write

# --- what a crawl is told (filled from the plan, or with -s NAME=VALUE) ---
CONTACT = ""  # URL or mail shown to every site; without it nothing beyond loopback is asked
OWN_HOSTS: list[str] = []  # name:port the user calls their own: may be private, need no 2 s delay
BASE_URLS: dict[str, str] = {}  # platform → API address, for `scrapy crawl … -a account=URL` against another server
PAGE_BUDGET = 500  # requests a host and run, so that a calendar trap ends

# --- how it runs ---
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # navigation is written with await
TELNETCONSOLE_ENABLED = False  # a listening socket that runs code
REMOTE_CONTROL_ENABLED = False  # another one, on by default since Scrapy 2.19
COOKIES_ENABLED = False  # no session with a site, and no suffix list fetched
JOBDIR = None  # its queues are pickles; the plan and the landing files are our state
HTTPCACHE_ENABLED = False  # pickles again; the archive keeps what came
LOGSTATS_INTERVAL = 0.0  # progress is reported a page, by crawler.extensions.progress
LOG_LEVEL = "INFO"  # one line a page is in the landing files already
LOG_VERSIONS: list[str] = []  # nobody reads them in a crawl's log
LOG_FORMATTER = "crawler.extensions.quiet_log.QuietLogFormatter"  # items and their text stay out of the log
STATS_DUMP = False  # the crawl record carries the counts
WARN_ON_GENERATOR_RETURN_VALUE = False  # spiders have no callbacks whose source would need a look

# --- where it goes ---
LANDING_DIR = "data/landing"  # append-only JSON lines, one folder a crawl
ARCHIVE_DIR = "data/archive"  # one WARC a crawl, so that a mended extractor can read again
WORKER = "crawl"  # prefix of landing segments; differs where several machines share one crawl id
ITEM_PIPELINES = {
    "crawler.pipelines.archive.ArchivePipeline": 100,  # first: the landing record names file and offset
    "crawler.pipelines.landing.LandingPipeline": 200,  # the only way out of a crawl
}
EXTENSIONS = {
    "crawler.extensions.progress.Progress": 500,  # one JSON line an event, for whoever started the crawl
}

# --- extraction, outside the reactor ---
EXTRACTION_WORKERS = 2  # processes; extraction costs 0.5–5 ms a page, a polite crawl needs no more
EXTRACTION_TIMEOUT_SECONDS = 8.0  # a hung page is given up, its worker killed and replaced, within 10 s
EXTRACTION_MEMORY_MB = 400  # what a worker may allocate on top of what it starts with, so that it stays under 500 MB
