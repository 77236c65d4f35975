// The page's half of the explainer: takes a paste, asks the worker, puts the answer's tree into the page as elements.
// It knows nothing of layers or codes. Pasted text only ever becomes text nodes.

import { handOn } from "./hand.js";
import { keepFiles, keepMemory } from "./keep.js";

const TAGS = new Set(["a", "b", "button", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4", "i", "li", "ol", "p", "pre", "section", "small", "span", "time", "ul"]);
const ATTRIBUTES = new Set(["aria-hidden", "aria-label", "class", "data-after", "data-copy", "data-line", "data-n", "data-seen", "data-stack", "href", "id", "role", "start", "tabindex", "type"]);
const LIMIT = 5_000_000; // characters; what the command reads at most
const PATIENCE = 30_000; // ms until the page stops waiting for Python
const COMMAND = "The command line gives the same verdict: save the text to a file and run 5xx FILE.";

// One worker a page load: it survives the theme's instant navigation, and so does a paste that waits for it.
let worker, ready, restored, failure, waiting, asked = 0, handAsked = 0, patience, box;

function start() {
  if (worker || failure) return;
  const base = new URL(box.dataset.runtime, location.href);
  const early = globalThis.early; // see `early.js`
  ready = false;
  try {
    worker = early?.worker ?? new Worker(new URL("worker.js", base), { type: "module" });
  } catch (error) {
    return fail(`this browser refused to start a worker (${error.name})`);
  }
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = (event) => { event.preventDefault(); fail("the explainer's files did not load"); };
  patience = setTimeout(() => fail("Python took too long to start"), PATIENCE);
  state("loading");
  delete globalThis.early;
  early?.said.forEach(receive);
}

function receive(message) {
  if (message.type === "progress") state("loading", message.stage);
  if (message.type === "failed") fail(message.reason);
  if (message.type === "ready") {
    ready = true;
    restored = message.restored;
    clearTimeout(patience);
    state(waiting === undefined ? "idle" : "working");
    if (waiting === undefined) keep();
  }
  if (message.type === "verdict" && message.id === asked) show(message);
  if (message.type === "masked" && message.id === asked) handOver(message);
  if (message.type === "own") sayOwn(message);
  if (message.type === "hand") {
    handed.get(message.id)?.(message);
    handed.delete(message.id);
  }
  if (message.type === "error" && message.id === asked) state("error", message.reason);
}

function fail(reason) {
  failure = reason;
  clearTimeout(patience);
  worker?.terminate();
  worker = undefined;
  state("failed", reason);
}

const STAGES = { download: "Loading Python, some 4 MB unless they are here already …", start: "Starting Python …" };

function state(name, detail = "") {
  if (!box) return;
  box.dataset.state = name;
  if (waiting === undefined && (name === "loading" || name === "idle")) return; // nobody waits: leave what is said
  const said = {
    loading: STAGES[detail] ?? STAGES.download,
    working: "Reading …",
    failed: `The explainer could not start: ${detail}. Your text is still there; reload the page to try again. ${COMMAND}`,
    error: `The explainer stumbled over this text: ${detail}. ${COMMAND}`,
    verdict: "",
  }[name];
  if (name === "failed" || name === "error") box.querySelector("[data-result]").replaceChildren(); // a verdict there is of another text
  status().textContent = said;
}

const status = () => box.querySelector(".xx-status");
const area = () => box.querySelector("#xx-paste");

// A box with thousands of lines makes the browser crawl: it shows the beginning, and the whole is kept here.
const SHOWN = 100_000; // characters
let held = { shown: "", whole: "" };

function hold(text) {
  held = { shown: text.slice(0, SHOWN), whole: text };
  area().value = held.shown;
  explain();
}

const pasted = () => (area().value === held.shown ? held.whole : area().value);

function explain() {
  const text = pasted();
  if (!text.trim()) {
    waiting = undefined;
    box.querySelector("[data-result]").replaceChildren();
    status().textContent = "There is nothing to read yet. Paste a response first.";
    return;
  }
  document.documentElement.classList.add("xx-asked");
  start();
  if (failure) return state("failed", failure);
  waiting = text.slice(0, LIMIT);
  state(ready ? "working" : "loading");
  worker.postMessage({ type: "explain", id: ++asked, text: waiting, own: own() });
}

// An organisation's own layers and teams: a text that stays in this browser, or in this page where nothing may be kept.
const OWN = "5xx-own";
let ownHere = "";

function own() {
  try {
    return localStorage.getItem(OWN) ?? "";
  } catch {
    return ownHere;
  }
}

function keepOwn(text) {
  ownHere = text;
  try {
    text ? localStorage.setItem(OWN, text) : localStorage.removeItem(OWN);
  } catch { /* no storage, or none left: then for this page only */ }
  box.querySelector("#xx-own").value = text;
  if (!text.trim()) return sayOwn({ layers: [], teams: [], problems: [] });
  start();
  if (failure) return state("failed", failure);
  box.querySelector("#xx-own-status").textContent = "Reading …";
  worker.postMessage({ type: "own", own: text });
}

function sayOwn({ layers, teams, problems }) {
  const known = [...layers, ...teams].join(", ");
  const said = box.querySelector("#xx-own-status");
  said.classList.toggle("xx-bad", problems.length > 0);
  if (problems.length) said.textContent = ["Not used.", ...problems].join("\n");
  else said.textContent = known ? `In use: ${known}.` : "Nothing of your own is in use.";
}

// Counts down to when the response asked to be tried again: from its own date where it has one, else from now.
let ticking;
function countDown(due) {
  clearInterval(ticking);
  const time = box.querySelector("[data-after]");
  if (!time) return;
  const end = due ? due * 1000 : Date.now() + 1000 * time.dataset.after;
  const asked = time.textContent;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    time.textContent = left > 0 ? `${asked}: in ${left} s` : `${asked}: that is over`;
    if (left <= 0 || !time.isConnected) clearInterval(ticking);
  };
  tick();
  ticking = setInterval(tick, 1000);
}

// Keeps what later visits need; after an answer, which should not have to wait for it.
function keep() {
  keepFiles(box).catch(() => {}); // not allowed here: the page works as it did
}

function handOver(masked) {
  const page = new URL("explain/", new URL(box.dataset.base || "./", location.href)).href;
  box.querySelector("[data-result]").append(handOn(masked, again, page));
}

function show({ view, verdict, own: said, due }) {
  waiting = undefined;
  if (own()) sayOwn(said);
  box.querySelector("[data-result]").replaceChildren(element(view));
  countDown(due);
  state("verdict");
  keep();
  if (!restored) keepMemory(box);
  const answer = box.querySelector(".xx-answer");
  status().textContent = `${answer.textContent} ${box.querySelector(".xx-sure")?.textContent ?? ""}`;
  box.dispatchEvent(new CustomEvent("verdict", { bubbles: true, detail: verdict }));
}

// Asks the worker for the forms of a text that is handed on; null where it is no longer there.
const handed = new Map();
function again(text) {
  if (!worker) return Promise.resolve(null);
  return new Promise((done) => {
    const id = ++handAsked;
    handed.set(id, done);
    worker.postMessage({ type: "hand", id, text, own: own() });
  });
}

// Makes an element of a tree from `explainer/page.py`; anything not on the two lists is left out.
function element([tag, attributes, children]) {
  const made = document.createElement(TAGS.has(tag) ? tag : "span");
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.has(name)) continue;
    const inside = name === "href" && !value.startsWith("#");
    made.setAttribute(name, inside ? new URL(value, new URL(box.dataset.base || "./", location.href)).href : value);
  }
  for (const child of children) made.append(typeof child === "string" ? child : element(child));
  return made;
}

// Opens the paste that the link carries after `#paste=`: raw deflate, base64url. It never leaves this page.
async function open() {
  const packed = /^#paste=([\w-]+)$/.exec(location.hash)?.[1];
  if (!packed || !box) return;
  let text = "";
  try {
    const bytes = Uint8Array.from(atob(packed.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream());
    for (const reader = unpacked.getReader(); text.length < LIMIT;) { // a small link may unpack to gigabytes
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
  } catch {
    if (!text) return void (status().textContent = "The link holds no paste that can be read. Paste the response here instead.");
  }
  hold(text.slice(0, LIMIT));
}

// Lights up the pasted line and its reason together, whichever is pointed at.
function light(target, on) {
  const n = target.dataset.line ?? target.id?.replace("xx-line-", "");
  for (const part of box.querySelectorAll(`#xx-line-${CSS.escape(n)}, [data-line="${CSS.escape(n)}"]`)) part.classList.toggle("xx-lit", on);
}

function pointed(event, on) {
  const target = event.target.closest?.("[data-line], [id^=xx-line-]");
  if (target && box?.contains(target)) light(target, on);
}

// Leads from a reason to its line. The theme would fetch the page anew for the first such link, and the verdict were gone.
function lead(event) {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const line = box.querySelector(link.getAttribute("href"));
  line?.scrollIntoView({ block: "nearest" });
  line?.focus({ preventScroll: true });
}

function mount() {
  const found = document.querySelector("[data-explainer]");
  if (!found || found === box) return;
  box = found;
  const text = area(), carried = location.hash.startsWith("#paste=");
  document.documentElement.classList.toggle("xx-asked", carried);
  for (const event of ["focus", "pointerenter", "paste"]) text.addEventListener(event, () => navigator.connection?.saveData || start());
  text.addEventListener("paste", (event) => {
    const whole = event.clipboardData?.getData("text") ?? "";
    if (whole.length <= SHOWN) return setTimeout(explain);
    event.preventDefault();
    hold(whole);
  });
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) explain(); });
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", async (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    hold(file ? await file.slice(0, LIMIT).text() : event.dataTransfer.getData("text"));
  });
  box.addEventListener("click", lead);
  const file = box.querySelector("#xx-own-file");
  file.addEventListener("change", async () => { if (file.files[0]) keepOwn(await file.files[0].slice(0, LIMIT).text()); });
  box.querySelector("#xx-own").value = own();
  if (failure) state("failed", failure);
  open();
  if (!navigator.connection?.saveData && location.pathname.endsWith("/explain/")) requestIdleCallback?.(start);
  if (!carried && matchMedia("(pointer: fine)").matches) text.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.dataset.example !== undefined) hold(button.dataset.example);
  else if (button.dataset.own !== undefined) keepOwn(button.dataset.own === "use" ? box.querySelector("#xx-own").value : "");
  else if (button.dataset.go !== undefined) explain();
});
for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]])
  document.addEventListener(name, (event) => pointed(event, on));

addEventListener("hashchange", open);

globalThis.document$ ? globalThis.document$.subscribe(mount) : mount();
