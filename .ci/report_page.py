"""What must hold of report.html in a browser: lists, addresses, colours, keys, paper, and that it keeps to itself."""

import csv
import json
import re
import sys
import urllib.parse

from chromium import Browser

# Generous: CI has two cores and shares them.
SECONDS_TO_SHOW = 20
SECONDS_TO_ANSWER = 5
PARTS = ["overview", "conflicts", "rules", "users", "packages", "pairs", "picture", "combined", "exceptions", "coverage"]

browser, checks = None, 0


def begin():
    """Starts the one browser of the run."""
    global browser
    browser = Browser()
    browser.size(1400, 1000)
    browser.scheme(False)
    return browser


def checked():
    return checks


def check(condition, message):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"browser: {message}")


def show(page, hash=""):
    """Opens the page anew at an address, and tells how many seconds that took."""
    browser.open("about:blank")
    return browser.open(page.as_uri() + hash) + browser.until("document.querySelector('#content h1')", SECONDS_TO_SHOW)


def go(hash):
    """Goes to an address within the page."""
    browser.script(f"location.hash = {json.dumps(hash)}")
    browser.until(f"location.hash === {json.dumps(hash)} && document.querySelector('#content h1')")
    browser.script("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def text(selector="#content"):
    return browser.script(f"document.querySelector({json.dumps(selector)}).innerText")


def count(selector):
    return browser.script(f"document.querySelectorAll({json.dumps(selector)}).length")


def quiet(page):
    """Nothing was requested but the page itself, and nothing was logged, thrown or opened."""
    for event in browser.events:
        kind, told = event.get("method"), event.get("params", {})
        if kind == "Network.requestWillBeSent":
            url = told["request"]["url"]
            check(url.split("#")[0] == page.as_uri() or url.startswith(("data:", "about:")), f"a request: {url}")
        problem = kind in ("Runtime.exceptionThrown", "Page.javascriptDialogOpening", "Log.entryAdded")
        problem = problem or (kind == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"))
        check(not problem, f"{kind}: {json.dumps(told)[:1500]}")
    browser.events.clear()


def every_part(page):
    for part in PARTS:
        go(f"#{part}")
        check(count("#content h1") == 1 and count("#parts [aria-current=page]") == 1, f"{part} is not shown")
        check(count("#content table:not(:has(caption))") == 0, f"a table of {part} says not what it is")
        check(not re.search(r"\[object |\bundefined\b|\bNaN\b", text()), f"{part} shows what the script has in place of a text")
        check(browser.script("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), f"{part} is wider than the window")
        check(facts_told(), f"{part} has a fact without a meaning")
        check(count("#content script, #content img, #content iframe, #content [style*=url]") == 0, f"{part} has foreign elements")
    quiet(page)


def facts_told():
    return browser.script("[...document.querySelectorAll('#content dd')].every((one) => one.textContent.trim())")


def sample(folder, pictures):
    page = folder / "report.html"
    show(page)
    summary = json.loads((folder / "summary.json").read_text())
    first = text()
    for key in ["conflicts_open", "conflicts_inherent", "users_in_open_conflict", "packages"]:
        check(str(summary[key]) in first, f"the first screen does not tell {key}")
    check("2,217 read = 1,681 accepted + 9 rejected + 527 set aside" in first, "the first screen does not tell the rows")
    check(count(".first li") == 3, "there are not three things to do first")
    every_part(page)
    browser.size(390, 844)
    every_part(page)
    browser.size(1400, 1000)
    lists(page, folder, summary)
    links(page, folder)
    exceptions(page, folder, summary)
    colours(page)
    keyboard(page)
    paper(page)
    if pictures:
        photograph(page, pictures)


def lists(page, folder, summary):
    """Search, filter and sort, and the address that remembers them."""
    go("#conflicts")
    status = "#content .status"
    check(text(status) == f"{summary['conflicts_inherent']} conflicts", f"the list says: {text(status)}")
    browser.script("(() => { const input = document.querySelector('#content input'); input.value = 'nowak P2P-01'; input.dispatchEvent(new Event('input')); })()")
    browser.until(f"document.querySelector('{status}').textContent.includes(' of ')")
    rows = list(csv.DictReader(open(folder / "conflicts.csv", encoding="utf-8", newline="")))
    found = sum("nowak" in (row["user_name"] + row["user_principal_name"]).lower() and row["rule_id"] == "P2P-01" for row in rows)
    check(found and text(status).startswith(f"{found} of "), f"the search found: {text(status)}, expected {found}")
    check("q=nowak" in browser.script("location.hash"), "the address does not tell the search")
    browser.script("(() => { const input = document.querySelector('#content input'); input.value = 'gone'; input.dispatchEvent(new Event('input')); location.hash = '#rules'; })()")
    browser.script("new Promise((done) => setTimeout(done, 400))")
    check(browser.script("location.hash") == "#rules" and text("h1") == "Rules", "a search that is still to come brings back the list that was left")
    go("#conflicts&status=excepted&severity=critical")
    found = sum(row["status"] == "excepted" and row["severity"] == "critical" for row in rows)
    check(text(status).startswith(f"{found} of "), f"the filters of the address found: {text(status)}, expected {found}")
    go("#packages")
    holders = "[...document.querySelectorAll('#content tr[aria-rowindex] td.numeric:nth-of-type(3)')].map((one) => Number(one.textContent))"
    check(browser.script(f"{holders}.every((one, at, all) => at === 0 || all[at - 1] >= one)"), "packages are not sorted by holders")
    press = "document.querySelectorAll('#content thead button')[3].click()"
    browser.script(press)
    check(browser.script("document.querySelector('#content [aria-sort]').getAttribute('aria-sort')") == "descending", "no aria-sort")
    check(browser.script(f"{holders}.every((one, at, all) => at === 0 || all[at - 1] >= one)"), "the first press does not put the greatest first")
    browser.script(press)
    check(browser.script(f"{holders}.every((one, at, all) => at === 0 || all[at - 1] <= one)"), "the order is not turned around")
    quiet(page)


def links(page, folder):
    """Addresses of single things, opened from outside and from the page."""
    groups = [json.loads(line) for line in (folder / "conflict-groups.jsonl").read_text(encoding="utf-8").splitlines()]
    group = max((one for one in groups if one["rule_id"] == "P2P-01"), key=lambda one: one["minimal_sets"]["total"])
    show(page, "#rule=" + urllib.parse.quote(next(one["rule_id"] for one in groups if one["rule_id"].startswith("entra:"))))
    check("declared in Entra" in text() and facts_told(), "#rule= does not show a declared rule, or a fact of it has no meaning")
    show(page, "#rule=P2P-01")
    check("A person could pay a vendor they invented" in text(), "#rule= does not show the rule")
    browser.script("document.querySelectorAll('#content details').forEach((one) => { one.open = true; })")
    browser.until("document.querySelector('#content details ol')")
    check(f"{group['minimal_sets']['total']} minimal violating subsets" in text(), "the minimal subsets are not told")
    user = group["user_ids"][0]
    show(page, f"#user={user}")
    check(user in text() and "conflict" in text(), "#user= does not show the user")
    browser.script("document.querySelectorAll('#content details').forEach((one) => { one.open = true; })")
    line = next(json.loads(line) for line in open(folder / "conflicts.jsonl", encoding="utf-8") if user in line)
    browser.until(f"document.querySelector('#content').innerText.includes('{line['assignment_ids'][0]}')")
    first = next(csv.DictReader(open(folder / "pairs.csv", encoding="utf-8", newline="")))
    show(page, f"#pair={first['package_b']},{first['package_a']}")
    check(f"{first['holders_both']} users" in text() and first["package_a_name"] in text(), "#pair= does not show the pair")
    show(page, "#rule=" + urllib.parse.quote("no such rule"))
    check("not on this page" in text(), "an unknown rule is not said to be unknown")
    for hash in ["#%", "#pair=,", "#user=%E0%A4%A", "#nothing=1&2&=", "#rule"]:
        show(page, hash)
    quiet(page)


def exceptions(page, folder, summary):
    """What somebody should decide about exceptions, and which end soon."""
    all = summary["exceptions"]
    go("#overview")
    check(f"{all['given']} (" in text() and "1 naming what is not there" in text(), "the first screen does not tell the exceptions, or not those that name what is not there")
    go("#exceptions")
    told = text()
    check(f"{all['given']} exceptions" in told and "no rule is called" in told, "the exceptions do not tell which are not in the list")
    ending = all["ending"]["exceptions"]
    check(len(ending) == 1 and f"Ending within {all['ending']['within_days']} days" in told, "exceptions that end soon are not told")
    check(f"{ending[0]['id']}, last day 2026-06-30: {ending[0]['conflicts']} conflict is open again" in told, "the end of an exception is not told")
    for key, word in [("shadowed", "shadowed"), ("duplicate", "duplicate"), ("endless", "no end"), ("self_owned", "self-owned")]:
        go(f"#exceptions&decide={word.replace(' ', '%20')}")
        check(all[key] > 0 and text("#content .status").startswith(f"{all[key]} of "), f"{word}: {text('#content .status')}, expected {all[key]}")
    go("#exception=EX-06")
    check("EX-01" in text() and "covered by another one" in text() and "to the end of 2026-12-31" in text(), "#exception= does not tell what shadows it")
    row = next(row for row in csv.DictReader(open(folder / "conflicts.csv", encoding="utf-8", newline="")) if row["exception_id"] == "EX-02")
    go("#user=" + row["user_id"])
    browser.script("document.querySelectorAll('#content details').forEach((one) => { one.open = true; })")
    browser.until("document.querySelector('#content').innerText.includes('EX-02, answered for by cfo@contoso.example')", SECONDS_TO_ANSWER)
    check("Exceptions made for this user" in text(), "#user= does not tell the exceptions made for the user")
    quiet(page)


def colours(page):
    """Light and dark, by the system and by the switch; every text is readable on its ground."""
    ground = "getComputedStyle(document.body).backgroundColor"
    for theme, dark in [("", False), ("", True), ("dark", False), ("light", True)]:
        browser.scheme(dark)
        show(page)
        browser.script(f"(() => {{ const theme = document.getElementById('theme'); theme.value = '{theme}'; theme.dispatchEvent(new Event('change')); }})()")
        expected = {"dark": True, "light": False}.get(theme, dark)
        check((browser.script(ground) == "rgb(20, 24, 29)") == expected, f"theme {theme!r}, system dark {dark}: {browser.script(ground)}")
        for part in ["overview", "rules", "coverage", "exceptions", "combined", "rule=P2P-01", "exception=EX-06"]:
            go(f"#{part}")
            low = browser.script(CONTRAST)
            check(not low, f"low contrast, theme {theme!r}, system dark {dark}, {part}: {low}")
    browser.scheme(False)
    browser.script("(() => { const theme = document.getElementById('theme'); theme.value = ''; theme.dispatchEvent(new Event('change')); })()")
    quiet(page)


# Texts whose contrast with what is behind them is under 4.5, as the accessibility guidelines count it.
CONTRAST = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255).map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)).reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || ['OPTION', 'SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) low.add(element.tagName + '.' + element.className);
  }
  return [...low].join(' ');
})()"""


def keyboard(page):
    """Everything without a mouse: the skip link, finding, and the cells of the picture."""
    show(page)
    browser.key("Tab")
    check(browser.script("document.activeElement.id") == "skip", "the first stop is not the skip link")
    browser.key("Enter")
    check(browser.script("document.activeElement.id") == "content", "the skip link does not skip")
    browser.key("/", "/")
    check(browser.script("document.activeElement.id") == "find", "a slash does not lead to finding")
    browser.type("P2P-02")
    browser.until("!document.getElementById('found').hidden && document.querySelector('#found a')")
    browser.key("ArrowDown")
    browser.key("Enter")
    browser.until("location.hash === '#rule=P2P-02'")
    browser.until("document.activeElement.tagName === 'H1'", SECONDS_TO_ANSWER)
    go("#picture")
    browser.script("document.querySelector('canvas').focus()")
    told = []
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "+", "ArrowDown"]:
        browser.key(key, key if key == "+" else "")
        told.append(text(".cell-status"))
    check(len(set(told)) == 4 and " × " in told[-1], f"the arrow keys do not tell the cells: {told}")
    browser.key("Enter")
    browser.until("location.hash.startsWith('#pair=')")
    quiet(page)


def paper(page):
    show(page)
    browser.scheme(False, "print")
    browser.script("dispatchEvent(new Event('beforeprint'))")
    printed = text("#printed")
    check("P2P-01" in printed and "Vendor master editor" in printed, "paper does not have the rules and their groups")
    check(not browser.script("document.querySelector('.tools').checkVisibility()"), "paper has controls")
    check(len(browser.send("Page.printToPDF")["data"]) > 50_000, "the page does not print")
    browser.script("dispatchEvent(new Event('afterprint'))")
    browser.scheme(False)
    quiet(page)


def photograph(page, pictures):
    for name, width, height in [("wide", 1400, 1000), ("narrow", 390, 844)]:
        browser.size(width, height)
        for dark in (False, True):
            browser.scheme(dark)
            for hash in [*PARTS, "rule=P2P-01"]:
                show(page, f"#{hash}")
                browser.script("new Promise((done) => setTimeout(done, 150))")
                browser.picture(pictures / f"{hash.split('=')[0]}-{name}-{'dark' if dark else 'light'}.png")
    browser.size(1400, 1000)
    browser.scheme(False)
    quiet(page)
