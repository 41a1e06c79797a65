"""What must hold of the page of `sod diff` in a browser: no script, no request, names that stay text, light and dark, narrow."""

import json
import subprocess

import report_page
from report_page import CONTRAST, check, count, quiet, text

IMAGE = "</script><img src=x onerror=alert(1)>"
LINK = '"><a href=javascript:alert(2)>click</a>'
STYLE = "</style><style>body{display:none}</style>"


def compare(sod, root, page, *arguments):
    done = subprocess.run([sod, "diff", "-q", *map(str, arguments), "--format", "html", "-o", page], cwd=root, capture_output=True, text=True, timeout=300)
    check(done.returncode in (0, 1), f"sod diff {arguments} exited with {done.returncode}\n{done.stderr}")


def opened(page):
    report_page.browser.open("about:blank")
    report_page.browser.open(page.as_uri())
    check(count("main h1") == 1 and text("main h1") == "What changed", f"{page.name} is not shown")


def looks(page, name, pictures):
    """In every light and width: nothing wider than the window, every text readable, every table with a head."""
    browser = report_page.browser
    for width, height in [(1400, 1000), (390, 844)]:
        browser.size(width, height)
        for dark in (False, True):
            browser.scheme(dark)
            opened(page)
            where = f"{name}, {width} wide, dark {dark}"
            check(browser.script("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), f"{where}: wider than the window")
            cut = browser.script("[...document.querySelectorAll('thead th')].filter((one) => one.offsetHeight > 60).map((one) => one.innerText).join(', ')")
            check(not cut, f"{where}: words are cut to make room: {cut}")
            low = browser.script(CONTRAST)
            check(not low, f"{where}: low contrast: {low}")
            ground = browser.script("getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor")
            check(("rgb(255, 255, 255)" in ground) != dark, f"{where}: the ground is {ground}")
            if pictures:
                browser.picture(pictures / f"diff-{name}-{width}-{'dark' if dark else 'light'}.png")
    browser.size(1400, 1000)
    browser.scheme(False)
    check(count("table:not(:has(thead))") == 0, f"{name}: a table has no head")
    quiet(page)


def diff(sod, root, scratch, pictures):
    months = root / "data" / "two-months"
    page = scratch / "months.html"
    judged = ["--rules", months / "rules.toml", "--exceptions", months / "exceptions.toml", "--old-rules", months / "rules-of-october.toml"]
    compare(sod, root, page, months / "october", months / "november", *judged)
    opened(page)
    for title in ["New conflicts", "Gone"]:
        check(title in text("main"), f"the page does not tell of: {title}")
    looks(page, "months", pictures)
    hostile(sod, root, scratch, pictures)


def hostile(sod, root, scratch, pictures):
    """Users, packages and rules that would like to be markup, and the policy behind them."""
    browser = report_page.browser
    quoted = lambda cell: '"' + cell.replace('"', '""') + '"'
    held = lambda rows: "user,package\n" + "".join(f"{quoted(user)},{quoted(package)}\n" for user, package in rows)
    old, new = scratch / "old.csv", scratch / "new.csv"
    old.write_text(held([(LINK, IMAGE), (LINK, STYLE), (IMAGE, IMAGE)]))
    new.write_text(held([(IMAGE, IMAGE), (IMAGE, STYLE), (STYLE, LINK), (STYLE, IMAGE), (LINK, IMAGE)]))
    rules = scratch / "names.toml"
    ids = json.dumps([IMAGE, STYLE])
    rules.write_text(f"[[rule]]\nid = {json.dumps(IMAGE)}\nname = {json.dumps(STYLE + chr(0x202E) + 'gnp.exe')}\nterms = [ {{ packages = {ids}, at_least = 2 }} ]\n")
    page = scratch / "names.html"
    compare(sod, root, page, old, new, "--rules", rules)
    opened(page)
    for name in (IMAGE, LINK, STYLE):
        check(name in text("main"), f"the page does not show the name as it is: {name}")
    check("\\u{202e}gnp.exe" in text("main"), "an override of direction is not written out")
    check(count("script, img, a, iframe, form") == 0 and count("style") == 1, "a name became markup")
    looks(page, "names", pictures)
    # The policy itself: what a name would do, if the page were wrong, is refused.
    refused = browser.script(
        "new Promise((done) => { const refused = new Set(); document.addEventListener('securitypolicyviolation', (event) => { refused.add(event.effectiveDirective); });"
        " const put = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));"
        " put('script', { text: 'window.broken = 1' }); put('style', { textContent: 'body { color: red }' }); put('img', { src: 'https://example.invalid/x' });"
        " setTimeout(() => done([...refused].sort().join(' ')), 1000); })"
    )
    check(refused == "img-src script-src-elem style-src-elem", f"the policy refuses only: {refused}")
    check(browser.script("window.broken === undefined"), "the policy lets a foreign script run")
    browser.events.clear()
