/* The frame of the page: navigation, finding, colours; then the view that the address names. */

const PARTS = [
  ["overview", "Overview"], ["conflicts", "Conflicts"], ["rules", "Rules"], ["users", "Users"], ["packages", "Packages"], ["pairs", "Pairs"],
  ["picture", "Picture"], ["combined", "Combined"], ["exceptions", "Exceptions"], ["coverage", "Coverage"],
];
const FOUND_MAX = 12;

function startColours() {
  const select = document.getElementById("theme");
  const apply = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    document.dispatchEvent(new Event("colours"));
  };
  // A file may have no storage, or share it with every other file.
  try {
    select.value = localStorage.getItem("sod-theme") || "";
  } catch {
    select.value = "";
  }
  apply(select.value);
  select.addEventListener("change", () => {
    apply(select.value);
    try {
      localStorage.setItem("sod-theme", select.value);
    } catch {
      /* It is then chosen for this time only. */
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("colours")));
}

/** Everything that has a name: [kind, name, text to find it by, address], the latter three made when they are asked for. */
const index = once(() => {
  const entries = [];
  const add = (kind, name, text, href) => entries.push({ kind, name, text: text.toLowerCase(), href });
  rules().forEach((rule, at) => add("rule", () => rule.name, rule.name + " " + rule.id, () => ruleAddress(at)));
  data("exceptions").forEach((one) => add("exception", () => one.id, one.id, () => address("exception", encodeURIComponent(one.id))));
  data("packages").names.forEach((_, at) => add("package", () => packageName(at), packageName(at) + " " + packageIds().at(at), () => packageAddress(at)));
  for (let at = 0; at < data("users").ids.count; at += 1) add("user", () => userName(at), userText(at), () => userAddress(at));
  return entries;
});

class Finder {
  constructor() {
    this.input = document.getElementById("find");
    this.list = document.getElementById("found");
    this.active = -1;
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 200));
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
      if (event.key !== "/" || event.ctrlKey || event.metaKey || typing) return;
      event.preventDefault();
      this.input.focus();
    });
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }

  find() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.close();
    const found = [];
    for (const entry of index()) {
      if (words.every((word) => entry.text.includes(word))) found.push(entry);
      if (found.length === FOUND_MAX) break;
    }
    const link = ({ kind, name, href }) => el("a", { href: href(), tabindex: "-1", on: { click: () => this.close() } }, el("span", { class: "kind" }, kind), named(name()));
    const item = (entry, at) => el("li", { role: "option", id: "found-" + at, "aria-selected": "false" }, link(entry));
    this.list.replaceChildren(...(found.length > 0 ? found.map(item) : [el("li", { class: "none" }, "Nothing on this page has that name or id.")]));
    this.list.hidden = false;
    this.active = -1;
    return this.input.setAttribute("aria-expanded", "true");
  }

  move(by) {
    const items = [...this.list.querySelectorAll("[role=option]")];
    if (items.length === 0) return;
    this.active = (Math.max(this.active, by < 0 ? 0 : -1) + by + items.length) % items.length;
    items.forEach((one, at) => one.setAttribute("aria-selected", String(at === this.active)));
    this.input.setAttribute("aria-activedescendant", items[this.active].id);
    items[this.active].scrollIntoView({ block: "nearest" });
  }

  keyed(event) {
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter") {
      const links = this.list.querySelectorAll("a");
      if (!this.list.hidden && links.length > 0) links[Math.max(0, this.active)].click();
    } else return;
    event.preventDefault();
  }
}

function startFrame() {
  const link = ([name, title]) => el("li", null, el("a", { href: "#" + name, "data-part": name }, title));
  document.getElementById("parts").append(...PARTS.map(link));
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("content").focus();
  });
  document.getElementById("foot").append("Made by " + overview().tool + " from its inputs alone; this page asks no network and no clock. Times and the SHA-256 of every file are in ", el("code", null, "manifest.json"), ".");
}

startColours();
startFrame();
new Finder();
addEventListener("hashchange", show);
show();
