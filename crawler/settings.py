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
    "scrapy.extensions.spiderstate.SpiderState": None,  # unpickles a file when JOBDIR is set
    "crawler.extensions.interruption.Interruption": 400,  # a stopped crawl still says how far each visit came
    "crawler.extensions.progress.Progress": 500,  # one JSON line an event, for whoever started the crawl
}

# --- extraction, outside the reactor ---
EXTRACTION_WORKERS = 2  # processes; extraction costs 0.5–5 ms a page, a polite crawl needs no more
EXTRACTION_TIMEOUT_SECONDS = 8.0  # a hung page is given up, its worker killed and replaced, within 10 s
EXTRACTION_MEMORY_MB = 350  # what a worker may allocate on top of what it starts with, so that it stays under 500 MB

# --- manners and fence (crawler/network, crawler/middlewares) ---
HOST_STATES: list[dict[str, object]] = []  # the plan's `hosts`: pauses and errors that earlier runs remember
MIN_DELAY_SECONDS = 2.0  # between two requests to a foreign host; below 2 it counts as 2, a Crawl-delay may raise it
OWN_HOST_DELAY_SECONDS = 0.0  # the same for OWN_HOSTS, which their owner may hurry
DOWNLOAD_DELAY = 0  # counts from when a request leaves; the host's turn counts from when the last answer ended
CONCURRENT_REQUESTS = 64  # mostly waiting for their host's turn; one request at a time a foreign host is held elsewhere
CONCURRENT_REQUESTS_PER_DOMAIN = 64  # Scrapy counts by name without port; the host's turn counts by name and port
DOWNLOAD_TIMEOUT = 60  # seconds for a whole answer, so that one that drips ends too
ANSWERS_HELD_BYTES = 64 * 1024 * 1024  # of all answers that came and are not read yet; the process stays under 400 MB
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes of an answer's body once decompressed, checked while it streams
DOWNLOAD_HANDLERS = {
    "http": "crawler.network.download.GuardedDownloadHandler",  # the fence, the turn, the limits
    "https": "crawler.network.download.GuardedDownloadHandler",  # the same with certificates verified
    "data": None,  # nothing on a page may be its own source
    "file": None,  # a page could have /etc/passwd read
    "ftp": None,  # unfenced, and nobody publishes posts there
    "s3": None,  # would use whatever credentials lie around
}
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # the default one cannot resolve IPv6
ROBOTSTXT_OBEY = False  # Scrapy's fails open; crawler.middlewares.robots always obeys
REFERER_ENABLED = False  # no site learns where we came from
METAREFRESH_ENABLED = False  # would parse pages in the reactor
HTTPPROXY_ENABLED = False  # a proxy from the environment resolves names itself, past the fence
COMPRESSION_ENABLED = False  # the download handler unfolds while it counts
AUTOTHROTTLE_ENABLED = False  # our delays are longer than what it would choose
RETRY_TIMES = 2  # three tries a URL
RETRY_HTTP_CODES = [429, 500, 502, 503, 504]  # after the pause the host asked for; a longer one ends the visit
RETRY_EXCEPTIONS = ["crawler.failures.ConnectionFailedError"]  # not timeouts (a minute each) nor bad certificates
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the visit says it
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.fence.FenceMiddleware": 10,  # first: nothing is done for an address that may not be asked
    "crawler.middlewares.identity.IdentityMiddleware": 20,  # before robots, so that robots.txt knows who asks
    "crawler.middlewares.credentials.CredentialsMiddleware": 25,  # before robots.txt, which is not for whoever has one
    "crawler.middlewares.robots.RobotsMiddleware": 30,  # whoever asks, whatever for
    "crawler.middlewares.redirect.RedirectMiddleware": 600,  # below retry, as Scrapy's own
    "crawler.middlewares.redaction.RedactionMiddleware": 900,  # nearest to the answer: redirects may repeat a token too
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # skipped by redirects; the fence is not
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # fails open
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # nothing we ask needs a password
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,  # the handler keeps the time
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,  # a spider could name itself otherwise
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # parses in the reactor
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # unfolds first, counts later
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # takes headers along to any host
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # no session with a site
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # reads the environment
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,  # executes pickles
}
