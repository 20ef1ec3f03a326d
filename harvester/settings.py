"""Scrapy's settings: politeness first. Each value that is not Scrapy's default says why."""

from harvester import __version__

BOT_NAME = "wilson-harvester"
SPIDER_MODULES = ["harvester.spiders"]
NEWSPIDER_MODULE = "harvester.spiders"
COMMANDS_MODULE = "harvester.commands"

# --- Where a harvest lands -------------------------------------------------------------------
HARVEST_OUTPUT = "output"

# --- Manners: a public good, run by a small staff --------------------------------------------
CONTACT = ""  # an e-mail address or web page of whoever runs this harvest
USER_AGENT = f"wilson-harvester/{__version__} (archival copy for research; one request at a time)"
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.25  # seconds; with the jitter, never less than one
DOWNLOAD_DELAY_JITTER = 0.2
COOKIES_ENABLED = False  # nothing here needs a session

# --- Safety: what comes from the web is not trusted ------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # bytes of a page, inflated; files have a limit of their own
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_HANDLERS = {
    "http": "harvester.handlers.StreamingDownloadHandler",  # Scrapy's holds a 500 MB scan in memory
    "https": "harvester.handlers.StreamingDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
METAREFRESH_ENABLED = False  # the interstitial refreshes itself: following it would be evasion
REDIRECT_ENABLED = False  # a redirect is a fact about an address; the spider records and judges it
HTTPERROR_ALLOW_ALL = True  # the spider judges every status
RETRY_ENABLED = False  # the frontier is the retry queue: it survives a kill, Scrapy's does not

# --- Retries ---------------------------------------------------------------------------------
RETRY_TIMES = 5  # tries of one address in one run, before it ends `failed`
RETRY_BACKOFF = 2.0  # seconds before the first new try; doubled at each further one, with jitter
RETRY_BACKOFF_MAX = 300.0  # seconds; also the cap of a Retry-After

# --- The circuit breaker ---------------------------------------------------------------------
BLOCK_SIGNS = 3  # challenges, 403 or 429 in a row before the crawl pauses
BLOCK_PAUSE = 900.0  # seconds
BLOCK_RETRIES = 3  # pauses without a good page between them before the run ends with exit code 3

# --- Incremental runs ------------------------------------------------------------------------
CATALOG_SWEEP_DAYS = 30  # the whole catalog is read again after so many days
REVISIT_DAYS = 90  # a page is checked again after so many days
REVISIT_LIMIT = 500  # pages checked again in one run

# --- Reading ---------------------------------------------------------------------------------
WITNESS_EVERY = 50  # in bulk reads, trafilatura reads every n-th page too; over HTTP every page
HARVEST_EXECUTOR = ""  # who reads in bulk: this machine, or a cluster, as dask://HOST:PORT (docs/scale.md)
READ_PROCESSES = 0  # on this machine; 0 means one for each core
READ_SECONDS = 30.0  # of CPU time for one page, before its process is ended and its address `failed`
READ_MEMORY = 448 * 1024 * 1024  # bytes of a reading process's own memory; with shared libraries under 512 MB

# --- Files: the PDFs, with `-a files=yes` ----------------------------------------------------
FILES_MAXSIZE = 512 * 1024 * 1024  # bytes of one file; a larger one is left out and recorded
FILES_TIMEOUT = 7200  # seconds for one file; one that stalls for DOWNLOAD_TIMEOUT is given up earlier
FILES_READ_TIMEOUT = 120  # seconds to read the text of one file, in a process of its own
FILES_READ_MEMORY = 1024 * 1024 * 1024  # bytes of that process
OCR_PAGE_TIMEOUT = 120  # seconds to read one page with Tesseract

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "harvester.middlewares.robots.RobotsMiddleware": 100,  # an error of robots.txt means: do not crawl
}
ITEM_PIPELINES = {
    "harvester.pipelines.validate.ValidatePipeline": 100,
    "harvester.pipelines.store.StorePipeline": 900,
}
EXTENSIONS = {
    "harvester.extensions.progress.Progress": 500,
}
LOG_LEVEL = "INFO"
LOG_SHORT_NAMES = True
LOG_FORMATTER = "harvester.logformatter.QuietLogFormatter"
LOGSTATS_INTERVAL = 0.0  # extensions.progress says the same in the reader's terms
STATS_DUMP = False  # the run's report says it in the reader's terms
FEED_EXPORT_ENCODING = "utf-8"
