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
ROBOTSTXT_USER_AGENT = BOT_NAME  # the name that rules may be made for
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.3  # seconds; with the jitter, never less than one, by the server's clock too
DOWNLOAD_DELAY_JITTER = 0.2
COOKIES_ENABLED = False  # nothing here needs a session
COMPRESSION_ENABLED = False  # middlewares.encoding does it, and takes no half of a page for the whole

# --- Safety: what comes from the web is not trusted ------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # bytes of a page, inflated; files have a limit of their own
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
DOWNLOAD_TIMEOUT = 30  # seconds for the whole of a page, so that a slow drip ends too
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
RETRY_TIMES = 8  # tries of one address in one run, before it ends `failed`
RETRY_BACKOFF = 2.0  # seconds before the first new try; doubled at each further one, with jitter
RETRY_BACKOFF_MAX = 300.0  # seconds
RETRY_AFTER_MAX = 300.0  # seconds; a server that asks for a longer wait is asked again after this one

# --- The circuit breaker ---------------------------------------------------------------------
BLOCK_SIGNS = 3  # challenges, 403 or 429 without a good page between them before the crawl pauses
BLOCK_PAUSE = 900.0  # seconds
BLOCK_RETRIES = 3  # pauses without a good page between them before the run ends with exit code 3

# --- Incremental runs ------------------------------------------------------------------------
CATALOG_SWEEP_DAYS = 30  # the whole catalog is read again after so many days
REVISIT_DAYS = 90  # a page is checked again after so many days
REVISIT_LIMIT = 500  # pages checked again in one run

# --- The drift alarm: exit code 5. Shares are from 0 to 1 -------------------------------------
# The least share of the documents of a run that must have a field. Low on purpose, to tell a field that is gone even
# on a first run: documents without a date or an author are many, and batches are alike. What each document had before
# is compared too, and that is far sharper.
DRIFT_MINIMA = {
    "title": 0.9, "record_id": 0.2, "source": 0.2, "uploaded": 0.2, "languages": 0.2, "date_text": 0.2,
    "archives": 0.1, "rights": 0.1, "text": 0.1, "places": 0.05, "subjects": 0.05, "summary": 0.05,
}  # fmt: skip
DRIFT_LEAST = 20  # documents read before a share means anything
DRIFT_LOST = 0.05  # of the documents that had a field, how many may come without it
DRIFT_REWRITTEN = 0.5  # of the documents read again, how many may have another value of one field all at once
DRIFT_GUESSED = 0.02  # of the bodies, how many may be guessed because the container is missing
DRIFT_AGREEMENT = 0.15  # by how much the two readings of the bodies may agree less than before
DRIFT_VANISHED = 0.02  # of the documents held, how many may be gone, or missing from the catalog's claim

# --- Who is told ------------------------------------------------------------------------------
NOTIFY_COMMAND = ""  # run without a shell, with the report as JSON on its standard input
NOTIFY_WEBHOOK = ""  # an address to which the report is posted as JSON
NOTIFY_WHEN = "failure"  # or `always`

# --- The Wayback Machine ----------------------------------------------------------------------
WAYBACK_CDX_PER_MINUTE = 24  # queries of its index; more earn a 429, and a 429 ignored an hour's block

# --- Reading ---------------------------------------------------------------------------------
WITNESS_EVERY = 200  # in bulk reads, trafilatura reads every n-th page too; over HTTP every page
HARVEST_EXECUTOR = ""  # who reads in bulk: this machine, or a cluster, as dask://HOST:PORT (docs/scale.md)
READ_PROCESSES = 0  # on this machine; 0 means one for each core
READ_SECONDS = 30.0  # of CPU time for one page, before its process is ended and its address `failed`
READ_MEMORY = 448 * 1024 * 1024  # bytes of a reading process's own memory; with shared libraries under 512 MB

# --- Kept captures: everything received, as WARC files in `captures/`, for `scrapy reparse` -----
KEEP_CAPTURES = True
CAPTURES_ROTATE = 256 * 1024 * 1024  # bytes, after which a new file is begun

# --- Files: the PDFs, with `-a files=yes` ----------------------------------------------------
FILES_MAXSIZE = 512 * 1024 * 1024  # bytes of one file; a larger one is left out and recorded
FILES_TIMEOUT = 7200  # seconds for one file; one that stalls for DOWNLOAD_TIMEOUT is given up earlier
FILES_READ_TIMEOUT = 120  # seconds to read the text of one file, in a process of its own
FILES_READ_MEMORY = 1024 * 1024 * 1024  # bytes of that process
OCR_PAGE_TIMEOUT = 120  # seconds to read one page with Tesseract

DOWNLOADER = "harvester.stopping.PromptDownloader"
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops a request without telling the frontier
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "harvester.middlewares.robots.RobotsMiddleware": 100,  # an error of robots.txt means: do not crawl
    "harvester.middlewares.encoding.EncodingMiddleware": 590,
    "harvester.middlewares.captures.CaptureMiddleware": 580,  # keeps what could be decoded, as it was sent
}
ITEM_PIPELINES = {
    "harvester.pipelines.validate.ValidatePipeline": 100,
    "harvester.pipelines.store.StorePipeline": 900,
}
EXTENSIONS = {
    "harvester.extensions.progress.Progress": 500,
    "harvester.extensions.report.RunReport": 900,
}
LOG_LEVEL = "INFO"
LOG_SHORT_NAMES = True
LOG_FORMATTER = "harvester.logformatter.QuietLogFormatter"
LOGSTATS_INTERVAL = 0.0  # extensions.progress says the same in the reader's terms
STATS_DUMP = False  # the run's report says it in the reader's terms
FEED_EXPORT_ENCODING = "utf-8"
