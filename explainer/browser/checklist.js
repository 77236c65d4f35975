// The incident's checklist: keeps ticks, their times and the notes in this browser, and writes them as Markdown.

const KEY = "5xx-checklist";

// Where the browser keeps nothing, this page does, as long as it is open; instant navigation does not close it.
let here = {}, blocked = false;

function kept() {
  try {
    if (!blocked) return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    blocked = true;
  }
  return here;
}

function keep(all) {
  here = all;
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    blocked = true;
  }
}

function clock(at) {
  const day = at.slice(0, 10), today = new Date().toISOString().slice(0, 10);
  return `${day === today ? "" : `${day} `}${at.slice(11, 16)}Z`;
}

const list = () => document.querySelector(".xx-list");

function show() {
  const all = kept();
  for (const item of list().querySelectorAll("li")) {
    const { at, note = "" } = all[item.id] ?? {};
    item.querySelector("input").checked = Boolean(at);
    item.querySelector("span").textContent = at ? clock(at) : "";
    item.querySelector("textarea").value = note;
  }
  if (blocked) list().querySelector(".xx-soft").textContent = "This browser keeps nothing for this site: a reload empties the list. Copy it before you leave.";
}

function change({ target }) {
  const all = kept(), { id } = target.closest("li");
  all[id] = { ...all[id], ...(target.matches("input") ? { at: target.checked ? new Date().toISOString() : "" } : { note: target.value }) };
  keep(all);
  show();
}

function markdown() {
  const all = kept();
  return [...list().querySelectorAll("li")].map((item) => {
    const { at, note = "" } = all[item.id] ?? {}, said = note.trim().replace(/\s+/g, " ");
    const line = `- [${at ? "x" : " "}] ${item.querySelector("b").textContent}`;
    return line + (at ? ` (${clock(at)})` : said && ":") + (said && ` ${said}`);
  }).join("\n") + "\n";
}

function mount() {
  if (!list()) return;
  const [copy, over] = list().querySelectorAll(".xx-tools button"), said = list().querySelector("output");
  list().addEventListener("input", change);
  copy.addEventListener("click", () => { copy.dataset.copy = markdown(); }); // copy.js does the rest
  new MutationObserver(() => {
    const now = copy.textContent;
    said.textContent = now === copy.dataset.name ? "" : now === "Copied" ? "Copied as Markdown." : "This browser does not allow it.";
  }).observe(copy, { childList: true });
  over.addEventListener("click", () => {
    if (!confirm("Remove every tick, time and note from this list?")) return;
    keep({});
    show();
    said.textContent = "The list is empty.";
  });
  show();
}

addEventListener("storage", ({ key }) => { if (key === KEY && list()) show(); }); // the same list in another window

globalThis.document$ ? globalThis.document$.subscribe(mount) : mount();
