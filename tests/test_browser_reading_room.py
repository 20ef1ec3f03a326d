"""The reading room in a real browser, on the sample archive as the real spider harvests it.

Search, filters, reading, citing, the resolver and the map are driven by mouse and keyboard; axe-core looks
for barriers; hostile values must run nothing. Needs Chromium (Debian: `apt install chromium`).
"""

import os
import re
import shutil

import pytest
from conftest import scrapy
from hostile import PAYLOADS, build_hostile
from reading_room_server import served

from harvester.sample_site import SampleSite

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt install chromium)"),
]

SEED = "diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"
FOOTNOTES = "memorandum-conversation-mongolian-ambassador-footnotes"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    output = tmp_path_factory.mktemp("sample")
    with SampleSite() as site:
        done = scrapy("crawl", "document", "-a", f"site={site.url}", "-a", "files=yes", HARVEST_OUTPUT=output)
    assert done.returncode == 0, done.stderr
    with served(output) as address:
        yield address


@pytest.fixture
def page(chromium, address):
    """A page at the reading room that fails the test on any error of a script or of the policy."""
    context = chromium.new_context(viewport=DESKTOP, base_url=address)
    context.set_default_timeout(90_000)  # a busy machine is slow, not wrong
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [error for error in errors if "404 (Not Found)" not in error] == []


def test_from_the_home_page_to_a_document_and_its_reference(page):
    page.goto("/")
    page.get_by_label("Search the documents").fill("Roshchin")
    page.keyboard.press("Enter")
    assert "Roshchin" in page.locator("ol.documents mark").first.inner_text()
    page.get_by_role("link", name=re.compile("From the Diary of N.V. Roshchin")).first.click()
    assert page.locator("h1").inner_text().startswith("From the Diary of N.V. Roshchin")
    assert "USSR Ambassador to the PRC N. Roshchin" in page.locator(".reading").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    assert download.value.suggested_filename.endswith(".ris")
    assert "November 10, 1949" in page.locator("#citation").inner_text()


def test_filters_narrow_and_widen_the_results(page):
    page.goto("/-/search?q=China")
    count = page.locator("ol.documents > li").count()
    page.get_by_role("complementary").get_by_role("link", name="Japan", exact=True).click()
    narrowed = page.locator("ol.documents > li").count()
    assert 0 < narrowed < count
    page.get_by_label("From year").fill("1960")
    page.get_by_label("To year").fill("1970")
    page.get_by_role("button", name="Apply").click()
    assert all("196" in when for when in page.locator("ol.documents .when").all_inner_texts() if when != "undated")
    page.get_by_role("link", name="Remove the years").click()
    page.get_by_role("link", name="Remove Japan").click()
    assert page.locator("ol.documents > li").count() == count
    page.get_by_role("link", name="Newest first").click()
    assert "1997" in page.locator("ol.documents .when").first.inner_text()


def test_a_bar_of_the_chart_leads_to_its_year(page):
    page.goto("/")
    bar = page.locator("figure.chart svg a", has=page.locator("title", has_text="1949:"))
    bar.locator("rect.hit").click()
    page.wait_for_url(re.compile(r"/-/search\?from=1949&to=1949$"))  # a click does not wait for the next page
    assert page.locator("ol.documents > li").count() >= 2


def test_a_line_of_text_has_60_to_75_characters(page):
    page.goto(f"/wilson/documents/{SEED}")
    lengths = page.evaluate(
        """() => {
          const lines = [];
          for (const p of document.querySelectorAll(".reading p")) {
            const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
            let top = null, length = 0;
            while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
              const range = document.createRange();
              range.setStart(walker.currentNode, i); range.setEnd(walker.currentNode, i + 1);
              const box = range.getBoundingClientRect();
              if (top !== null && Math.abs(box.top - top) > 8) { lines.push(length); length = 0; }
              top = box.top; length++;
            }
          }
          return lines;
        }"""
    )
    full = sorted(length for length in lengths if length > 40)
    assert 60 <= full[len(full) // 2] <= 75


def test_footnotes_are_followed_and_come_back(page):
    page.goto(f"/wilson/documents/{FOOTNOTES}")
    page.locator(".reading a[href^='#']").first.click()
    note = page.evaluate("document.querySelector('.reading :target').parentElement.textContent")
    assert note == "[1] Dondogiin Tsevegmid."
    page.get_by_role("link", name="[1]").last.click()
    assert "received the Ambassador" in page.evaluate("document.querySelector(':target').parentElement.textContent")


def test_versions_side_by_side_on_a_desktop_and_below_each_other_on_a_phone(page, address):
    page.goto("/")
    slug = page.evaluate(
        "fetch('/wilson/texts.json?_shape=array&_size=1').then(r => r.json()).then(rows => rows[0].document)"
    )
    page.goto(f"/wilson/documents/{slug}")
    page.locator(".beside a").first.click()
    first, second = (page.locator(".reading").nth(n).bounding_box() for n in (0, 1))
    assert second["x"] > first["x"] + first["width"] / 2
    page.set_viewport_size(PHONE)
    first, second = (page.locator(".reading").nth(n).bounding_box() for n in (0, 1))
    assert second["y"] >= first["y"] + first["height"]


def test_the_resolver_leads_from_an_old_footnote_to_the_document(page):
    page.goto("/")
    page.get_by_label("Address or number from a footnote").fill(
        f"http://digitalarchive.wilsoncenter.org/document/{SEED}?x=1"
    )
    page.get_by_role("button", name="Find it").click()
    page.wait_for_url(f"**/wilson/documents/{SEED}")
    page.goto("/-/resolve?q=1")
    assert page.get_by_role("heading", name="Not held").is_visible()


def test_the_map_zooms_moves_and_leads_to_a_place(page):
    page.goto("/-/places")
    svg = page.locator("figure.world svg")

    def view():
        return [float(number) for number in svg.get_attribute("viewBox").split()]

    whole = view()
    page.get_by_role("button", name="Zoom in").click()
    zoomed = view()
    assert zoomed[2] < whole[2]
    box = svg.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 120, box["y"] + box["height"] * 0.8, steps=4)
    page.mouse.up()
    assert view()[0] > zoomed[0]
    assert page.url.endswith("/-/places")
    page.get_by_role("button", name="Whole map").click()
    assert view() == whole
    china = page.locator("figure.world a[href$='/places/china']")
    china.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/wilson/places/china")
    assert page.locator("h1").inner_text() == "China"


def test_everything_works_without_javascript(chromium, address):
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    for path in ("/", "/-/search?q=China", f"/wilson/documents/{SEED}", "/-/places", "/wilson/places/china"):
        page.goto(path)
        assert page.locator("h1").first.is_visible()
    page.goto("/")
    page.locator("#q").fill("Roshchin")
    page.keyboard.press("Enter")
    page.locator("ol.documents a").first.click()
    assert page.locator(".reading p").count() > 5
    context.close()


def test_the_keyboard_reaches_the_text_and_the_search(page):
    page.goto(f"/wilson/documents/{SEED}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_datasettes_own_pages_work_under_the_policy(page):
    page.goto("/wilson/people")
    page.locator("th[data-column=kind] svg.dropdown-menu-icon").click()
    page.get_by_role("link", name="Facet by this").or_(page.get_by_role("link", name="Sort ascending")).first.click()
    page.wait_for_url(re.compile("_facet|_sort"))
    page.goto("/wilson?sql=select+title+from+documents+limit+3")
    assert page.locator("table tbody tr").count() == 3
    page.goto("/wilson/documents?_facet_array=topics")
    assert page.locator(".facet-results a").count() > 5


PAGES = ["/", "/-/search?q=China", "/-/people", "/-/places", "/-/subjects", "/-/upkeep", "/-/resolve?q=1",
         f"/wilson/documents/{SEED}", f"/wilson/documents/{FOOTNOTES}", "/wilson/people/mao-zedong",
         "/wilson/places/china"]  # fmt: skip


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
def test_no_barriers_and_nothing_wider_than_the_screen(chromium, address, viewport, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context = chromium.new_context(viewport=viewport, color_scheme=scheme, base_url=address)
    page = context.new_page()
    found = {}
    for path in PAGES:
        page.goto(path)
        violations = axe.Axe().run(page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary'][:300]}"
            for v in violations
            if v["impact"] in ("serious", "critical")
        ]
        if serious:
            found[path] = serious
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    context.close()
    assert found == {}


def test_hostile_values_run_nothing(chromium, tmp_path):
    context = chromium.new_context(viewport=DESKTOP)
    context.add_init_script("window.xss = () => { window.__ran = true; };")
    page = context.new_page()
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    with served(build_hostile(tmp_path)) as address:
        paths = [f"/wilson/documents/hostile-{n}?version=main&beside=1" for n in range(len(PAYLOADS))]
        paths += ["/", "/-/search?q=xss", "/-/people", "/-/places", "/-/subjects", "/-/upkeep", "/wilson/documents"]
        paths += ["/wilson/people", "/wilson/quarantine", "/wilson/documents?_facet_array=people"]
        for path in paths:
            page.goto(address + path)
            page.mouse.move(300, 300)
            assert not any(frame.evaluate("window.__ran") for frame in page.frames), path
            assert page.url.startswith(address)
        strangers = [url for url in asked if not url.startswith((address, "data:", "about:"))]
    context.close()
    assert (dialogs, strangers) == ([], [])
