"""Changes to the sample site that tests make: what a site does over the years."""

from harvester.sample_site import Response, SampleSite

HTML = {"Content-Type": "text/html; charset=UTF-8"}
ROSHCHIN = "/document/diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"
NEHRU = "/document/letter-jawaharlal-nehru-all-provincial-premiers"
HOXHA = "/document/letter-hoxha-central-committee-beijing-opera"
LIVE = "https://digitalarchive.wilsoncenter.org"


def page(site: SampleSite, path: str) -> str:
    """A page of the sample as it stands now."""
    return site.answer(path).body.decode()


def add(site: SampleSite, slug: str, uploaded: str, record_id: int) -> str:
    """Add a document like Nehru's letter, uploaded on another day; returns its path."""
    new = page(site, NEHRU).replace(NEHRU.rpartition("/")[2], slug)
    site.pages[f"/document/{slug}"] = new.replace("2023-10-10", uploaded).replace("300653", str(record_id))
    return f"/document/{slug}"


def replace(site: SampleSite, path: str, old: str, new: str) -> None:
    """Change a page."""
    before = page(site, path)
    assert old in before
    site.pages[path] = before.replace(old, new)


def asked(site: SampleSite, part: str = "") -> list[str]:
    """The paths asked for that contain `part`, in order."""
    return [visit.path for visit in site.log if part in visit.path]


def plain(body: bytes | str, status: int = 200, **headers: str) -> Response:
    """An answer of a test's own."""
    return Response(body.encode() if isinstance(body, str) else body, status, HTML | headers)
