"""The table and the side panel look as in the reference pictures, in all widths and themes.

After an intended change, run this test with ``GOLDEN=write`` in the environment, and look at the
pictures that changed.  They are made with Debian's chromium and fonts.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from scaler_lab.ui.notebook import static_html

from .gallery import NOW, SCENES, TRACEBACK, open_gallery, open_html
from .lab import act, choose
from .panel_gallery import open_panel

pytestmark = pytest.mark.timeout(120)

FOLDER = Path(__file__).parent / "reference"
WRITES = os.environ.get("GOLDEN") == "write"
# A word that changed in a picture of 800 x 430 pixels is about 0.002.
MAX_DIFFERENCE = 0.004
MAX_TRIES = 20  # until a picture stays as it is

ROOMY = 1500  # the width with the columns of CPU and memory

WIDTHS = {
    ("states", "light"): (250, 320, 480, 800, 1500),
    ("states", "dark"): (800,),
    ("states", "contrast"): (480,),
    ("many", "light"): (320,),
    ("many", "dark"): (1500,),
    ("many", "contrast"): (800,),
    ("empty", "dark"): (250,),
}
PANEL_WIDTHS = (250, 320, 480)
WITH_DETAILS = {("states", "light"): (320, 800), ("states", "contrast"): (800,)}


def test_the_views_look_as_in_the_reference_pictures(browser: Browser) -> None:
    different: list[str] = []
    judge = browser.new_page()
    names: set[str] = set()
    for name, node in _pictures(browser):
        names.add(name)
        picture = _settled(node)
        reference = FOLDER / f"{name}.png"
        if WRITES:
            reference.write_bytes(picture)
            continue
        difference = _difference(judge, picture, reference.read_bytes())
        if difference > MAX_DIFFERENCE:
            made = Path(tempfile.gettempdir()) / reference.name
            made.write_bytes(picture)
            different.append(f"{made} differs from {reference} in {difference:.1%} of its area")
    judge.close()
    assert not different, "\n".join([*different, "look at them; if they are right: GOLDEN=write"])
    assert names == {path.stem for path in FOLDER.glob("*.png")}


def _pictures(browser: Browser) -> Iterator[tuple[str, Locator]]:
    """Yield the name of each picture and what is to be on it."""
    for (scene, theme), widths in WIDTHS.items():
        page = open_gallery(browser, SCENES[scene](), theme=theme, width=1500, height=1100)
        table = page.locator(".scl")
        for width in widths:
            _resize(page, width)
            if width == ROOMY and SCENES[scene]().rows:
                table.locator(".scl-body .scl-c-cpu:not(:empty)").first.wait_for()
            yield f"{scene}-{width}-{theme}", table
        detailed = WITH_DETAILS.get((scene, theme), ())
        if detailed:
            _resize(page, 800)
            choose(table, "timeline")
            act(table.locator('.scl-row[data-status="failed"]').first, ".scl-more")
            table.locator(".scl-traceback pre").first.wait_for()
            page.mouse.move(1, 1)
        for width in detailed:
            _resize(page, width)
            yield f"details-{width}-{theme}", table
        page.close()
    for theme in ("light", "dark"):
        page = open_panel(browser, theme=theme)
        for width in PANEL_WIDTHS:
            _resize(page, width)
            yield f"panel-{width}-{theme}", page.locator("#host")
        page.close()
        tasks = SCENES["many"]().rows
        tracebacks = dict.fromkeys(static_html.failed_ids(tasks), TRACEBACK)
        html = static_html.as_html("local engine", tasks, NOW, tracebacks=tracebacks)
        page = open_html(browser, html, theme=theme, width=800)
        yield f"saved-800-{theme}", page.locator("#host")
        page.close()


def _resize(page: Page, width: int) -> None:
    page.locator("#host").evaluate("(host, width) => { host.style.width = `${width}px`; }", width)


def _settled(node: Locator) -> bytes:
    """Take pictures until two in a row are the same."""
    before = b""
    for _ in range(MAX_TRIES):
        picture = node.screenshot()
        if picture == before:
            return picture
        before = picture
    raise AssertionError("the picture does not come to rest")


def _difference(page: Page, one: bytes, other: bytes) -> float:
    """Return the share of the area in which two pictures differ, from 0 to 1."""
    pictures = [base64.b64encode(picture).decode() for picture in (one, other)]
    share: float = page.evaluate(_COMPARE, pictures)
    return share


# The colour of a square of four pixels is hardly changed by how letters are smoothed.
_COMPARE = """async (pictures) => {
  const SQUARE = 4;
  const images = await Promise.all(pictures.map(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    return image;
  }));
  const [one, other] = images;
  if (one.width !== other.width || Math.abs(one.height - other.height) > SQUARE) {
    return 1;
  }
  const width = Math.floor(one.width / SQUARE);
  const height = Math.floor(Math.min(one.height, other.height) / SQUARE);
  const [a, b] = images.map((image) => {
    const pen = new OffscreenCanvas(width, height).getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, 0, 0, width * SQUARE, height * SQUARE, 0, 0, width, height);
    return pen.getImageData(0, 0, width, height).data;
  });
  let different = 0;
  for (let n = 0; n < a.length; n += 4) {
    const isOther = [0, 1, 2].some((colour) => Math.abs(a[n + colour] - b[n + colour]) > 24);
    different += isOther ? 1 : 0;
  }
  return different / (width * height);
}"""
