// Finds while one types: a number, a name, a vendor's code or a piece of a log line, at every key, without Python.
// The rows come from `explainer/build/lookup.py`: [key, title, path, who], in the order of equal matches.

const LONGEST = 90; // characters of a text that may be a question; more is a paste
const MOST = 8; // rows that are shown
const FILLER = new Set(["error", "http", "code", "status", "cloudflare"]); // said beside a number, and no help to find it

const squeeze = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();

let rows; // a promise of [row, squeezed key, squeezed rest] …

function load(base) {
  rows ??= fetch(new URL("assets/lookup.json", base)).then(async (answer) => {
    if (!answer.ok) throw new Error(`lookup.json is answered with ${answer.status}`);
    return (await answer.json()).map((row) => [row, squeeze(row[0]), ` ${squeeze(row.join(" "))}`]);
  });
  rows.catch(() => { rows = undefined; }); // so that a later key asks again
  return rows;
}

// Scores a row: the key itself, the key's beginning, the words as one piece, each word's beginning; 0 is no match.
function score(asked, words, key, whole) {
  if (key === asked) return 5;
  if (key.startsWith(asked)) return 4;
  if (words.includes(key) && words.every((word) => whole.includes(` ${word}`))) return 3;
  if (whole.includes(` ${asked}`)) return 2;
  return words.every((word) => whole.includes(` ${word}`)) ? 1 : 0;
}

function find(text, known) {
  let words = squeeze(text).split(" ");
  if (words.length > 1 && words.some((word) => /\d/.test(word))) words = words.filter((word) => !FILLER.has(word));
  const asked = words.join(" ");
  if (!asked) return [];
  const found = known.map(([row, key, whole]) => [score(asked, words, key, whole), row]).filter(([points]) => points);
  found.sort((a, b) => b[0] - a[0]); // stable: equal rows keep their order
  return found.slice(0, MOST).map(([, row]) => row);
}

function shown([key, title, path, who], base) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = new URL(path, base).href;
  for (const [name, text] of [["b", key], ["span", title], ["small", who]]) {
    const part = document.createElement(name);
    part.textContent = text;
    if (text) link.append(part, " ");
  }
  item.append(link);
  return item;
}

const question = (text) => text.length <= LONGEST && !/[\n\r]/.test(text.trim()) && !/^\s*HTTP\//i.test(text) && text.trim() !== "";

function mount() {
  const box = document.querySelector("[data-explainer]");
  if (!box || box.dataset.finds) return;
  box.dataset.finds = "";
  const area = box.querySelector("#xx-paste"), list = box.querySelector(".xx-found"), said = box.querySelector(".xx-found-said");
  const base = new URL(box.dataset.base || "./", location.href).href;
  const links = () => [...list.querySelectorAll("a")];
  let turn = 0;

  async function look() {
    const mine = ++turn, text = area.value;
    if (!question(text)) return put([]);
    const known = await load(base).catch(() => []); // no list: the button still answers
    if (mine === turn) put(find(text, known), true);
  }

  function put(found, asked = false) {
    list.replaceChildren(...found.map((row) => shown(row, base)));
    list.hidden = !found.length;
    said.textContent = found.length ? `${found.length} found. Arrow down to choose, Enter for the first.` : asked ? "Nothing found by that name." : "";
  }

  area.addEventListener("focus", () => { load(base).catch(() => {}); });
  area.addEventListener("input", look);
  box.addEventListener("verdict", () => { turn++; put([]); }); // answered: the matches are in the way
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing || list.hidden) return;
    if (event.key === "Enter" && !event.shiftKey) links()[0].click();
    else if (event.key === "ArrowDown") links()[0].focus();
    else if (event.key === "Escape") put([]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const all = links(), at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)].focus();
    else if (event.key === "ArrowUp") (all[at - 1] ?? area).focus();
    else if (event.key === "Escape") { area.focus(); put([]); }
    else return;
    event.preventDefault();
  });
  const number = box.closest("[data-missing]") && /\b\d{3,4}\b/.exec(location.pathname)?.[0]; // of a page that is not there
  if (number) area.value ||= number;
  if (area.value) look();
}

globalThis.document$ ? globalThis.document$.subscribe(mount) : mount();
