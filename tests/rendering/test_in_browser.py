"""Parts of a page in a real browser: moved by itself, moved by a script, or readable where they came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.rendering.following import SlowSite
from tests.services.browser import ONE_DATABASE, Complaints, Visitors

pytestmark = ONE_DATABASE

NO_TEMPLATES = {"Sec-CH-UA": '"Other";v="1"'}
WAYS = {
    "native": {},
    "native, no scripts": {"java_script_enabled": False},
    "script": {"extra_http_headers": NO_TEMPLATES},
}
STRUCTURE = """() => {
  const text = node => node.nodeType === 3 ? node.data.trim() : node.nodeType !== 1 ? '' :
    node.localName === 'script' ? '' : `<${node.localName}>${[...node.childNodes].map(text).join('')}</>`;
  return text(document.querySelector('main'));
}"""


@pytest.fixture
def open_page(browser: Browser, slow_site: SlowSite, complaints: Complaints) -> Iterator[Visitors]:
    visitors = Visitors(browser, slow_site.url, complaints)
    yield visitors
    visitors.close()
    assert complaints.unexpected() == []


@pytest.mark.parametrize("way", WAYS)
def test_each_part_takes_its_place_while_others_wait(open_page: Visitors, slow_site: SlowSite, way: str):
    slow_site.close("one", "two")
    page = open_page(**WAYS[way])
    page.goto("/-/slow/?parts=one,two", wait_until="commit")
    expect(page.locator('[data-later="one"]')).to_have_text("one is coming")
    expect(page.locator('[data-later="two"]')).to_have_text("two is coming")
    slow_site.open("two")
    expect(page.locator('[data-later="two"] section')).to_have_text("two<two> is here")
    expect(page.locator('[data-later="one"]')).to_have_text("one is coming")
    slow_site.open("one")
    expect(page.locator('[data-later="one"] section')).to_have_text("one<one> is here")
    page.wait_for_load_state()
    assert page.locator("cairn-part, cairn-part-end, template[for]").count() == 0


def test_without_scripts_and_templates_the_parts_stand_in_the_text(open_page: Visitors, slow_site: SlowSite):
    slow_site.open("plain", "words")
    page = open_page(java_script_enabled=False, extra_http_headers=NO_TEMPLATES)
    page.goto("/-/slow/?parts=plain,words")
    for name in ("plain", "words"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(page.get_by_text(f"<{name}> is here")).to_be_visible()
        expect(page.get_by_text(f"{name} is coming")).to_be_hidden()
    lines = [line for line in page.inner_text("main").splitlines() if line]
    assert (lines[0], lines[-1]) == ("Slow", "The end of the text")
    assert sorted(lines[1:-1]) == ["<plain> is here", "<words> is here", "plain", "words"]


def test_the_page_is_the_same_whichever_way_its_parts_came(open_page: Visitors, slow_site: SlowSite):
    def seen(page: Page) -> str:
        return str(page.evaluate(STRUCTURE))

    structures = set()
    for name, options in (("moved", {}), ("scripted", WAYS["script"])):
        address = f"/book/-/slow/?parts={name}"
        page = open_page(**options)
        page.goto(address, wait_until="commit")
        expect(page.get_by_text(f"{name} is coming")).to_be_visible()
        slow_site.open(name)
        page.wait_for_load_state()
        structures.add(seen(page).replace(name, "NAME"))
        page.goto(address)  # stored by now, in order
        assert page.content().count("later-") == 0
        structures.add(seen(page).replace(name, "NAME"))
    assert len(structures) == 1


def test_a_template_that_the_browser_left_lying_is_moved_by_the_script(
    open_page: Visitors, slow_site: SlowSite
):
    """Chromium says that it moves templates, and here it is made not to: their parents are elsewhere."""
    slow_site.open("left")
    page = open_page()

    def spoil(route):
        html = route.fetch().text()
        spoilt = html.replace('<template for="left">', '<div id="lost"><template for="left">')
        route.fulfill(body=spoilt.replace("</template>", "</template></div>"), content_type="text/html")

    page.route("**/-/slow/?parts=left", spoil)
    page.goto("/-/slow/?parts=left")
    expect(page.locator('[data-later="left"]')).to_have_text("left<left> is here")
    assert page.locator("#lost template").count() == 0
