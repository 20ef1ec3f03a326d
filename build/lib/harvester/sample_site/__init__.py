"""The sample archive over HTTP, on loopback: for the demo and the tests.

    with SampleSite() as site:
        site.pages["/document/gone"] = None            # a page can be changed, added or taken away
        get(site.url + "/search?page=0"); site.log     # ... and every request is on record

Reads tests/fixtures of the checkout and listens on 127.0.0.1; raises UsageError without a sample.
"""

from harvester.sample_site.archive import Archive, Response
from harvester.sample_site.server import Request, SampleSite, Visit

__all__ = ["Archive", "Request", "Response", "SampleSite", "Visit"]
