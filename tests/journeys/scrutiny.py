"""What every page must stand up to, whoever looks at it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Links inside a sentence are let off, as WCAG 2.5.8 does; the card of a service is touched as a whole.
FINDINGS = """() => {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const controls = [...document.querySelectorAll(wanted)].filter(e => e.tabIndex >= 0)
    .filter(e => e.offsetParent && !e.closest('.skip-link, .service-card, .visually-hidden, [inert]'))
    .filter(e => !(e.matches('a') && getComputedStyle(e).display === 'inline'));
  const box = e => (e.matches('[type=radio], [type=checkbox]') ? e.closest('label') || e : e).getBoundingClientRect();
  return {
    h1: [...document.querySelectorAll('h1')].map(e => e.innerText.trim()),
    title: document.title,
    small: controls.map(e => [e, box(e)]).filter(([, b]) => b.width < 43.5 || b.height < 43.5)
      .map(([e, b]) => Math.round(b.width) + 'x' + Math.round(b.height) + ' ' + e.outerHTML.slice(0, 140)),
    unnamed: [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i),
    unlabelled: [...document.querySelectorAll('.data-table tbody :is(td, th)')].filter(e => !e.dataset.label)
      .map(e => e.outerHTML.slice(0, 140)),
    lang: document.documentElement.lang + ' ' + document.documentElement.dir,
  };
}"""
WIDE = """() => {
  const most = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth <= most ? []
    : [...document.querySelectorAll('body *')].filter(e => {
        const b = e.getBoundingClientRect(); return b.width && (b.right > most + 1 || b.left < -1);
      }).slice(0, 5).map(e => e.outerHTML.slice(0, 140));
}"""
# What is drawn past the edge of the card it stands in; the page itself need not be wider for that.
SPILLED = """() => [...document.querySelectorAll('.box, tr, .service-card, .notice, .message, .panel')]
  .flatMap(card => {
    const edge = card.getBoundingClientRect();
    return [...card.querySelectorAll('*')]
      .filter(e => e.offsetParent && !e.closest('.visually-hidden, svg, .rating input'))
      .filter(e => { const b = e.getBoundingClientRect();
        return b.width > 1 && (b.right > edge.right + 1 || b.left < edge.left - 1); })
      .map(e => e.outerHTML.slice(0, 140));
  }).slice(0, 5)"""
# What can only be read by moving it sideways; a telephone shows no bar that would tell so.
SIDEWAYS = """() => [...document.querySelectorAll('main *')]
  .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 140))"""
OPENED = "document.querySelectorAll('details:not(.drop)').forEach(e => { e.removeAttribute('name'); e.open = true })"


@cache
def checker() -> str:
    """axe takes joined Arabic letters for an icon font and then skips their contrast: it is told that they are none."""
    source = AXE.with_name("axe.js").read_text("utf-8")
    started = re.search(r"function _isIconLigature\([^)]*\) \{", source)
    assert started, "this axe-core is another one: see that it still looks at Arabic"
    return source[: started.end()] + " return false; " + source[started.end() :]


def violations(page: Page, *, rules: tuple[str, ...] = ()) -> list[Any]:
    """What axe finds, with folded parts open. Needs scripts."""
    page.evaluate(OPENED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(checker())  # through the debugger, which the content policy of the page does not bind
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", wanted)
    # What axe measured leaves empty style attributes behind, which the policy would refuse to have copied by a swap.
    page.evaluate("document.querySelectorAll('[style=\"\"]').forEach(e => e.removeAttribute('style'))")
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found["violations"]]


def seen_by_eyes(page: Page) -> dict[str, Any]:
    """Faults of one page that need no checker: headings, title, targets, width. Works without scripts of the page."""
    found = page.evaluate(FINDINGS)
    faults: dict[str, Any] = {}
    if len(found["h1"]) != 1:
        faults["h1"] = found["h1"]
    elif not re.sub(r"^(خطأ:|Error:)\s*", "", found["title"]).startswith(" ".join(found["h1"][0].split())):
        faults["title"] = (found["title"], found["h1"][0])
    for name in ("small", "unnamed", "unlabelled"):
        if found[name]:
            faults[name] = found[name]
    if wide := page.evaluate(WIDE):
        faults["wide"] = wide
    for name, look in (("spilled", SPILLED), ("sideways", SIDEWAYS)):
        if seen := page.evaluate(look):
            faults[name] = seen
    return faults
