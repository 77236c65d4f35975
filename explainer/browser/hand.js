// Hands a verdict on: copies it in three forms or as a link, or prints it, with what may be private masked.
// What is masked is decided in `explainer/redact.py`; here a reader looks at it and puts back what may be seen.

const NAMES = [["markdown", "Copy as Markdown"], ["chat", "Copy for a chat"], ["json", "Copy as JSON"]];
const WHY = {
  address: "an address", cookie: "a cookie", credential: "a credential", "e-mail": "an e-mail address", host: "the host",
  path: "the path", query: "a query", token: "what looks like a token", value: "a value of an unknown name",
};

// Packs a text as the explainer's link carries it after `#paste=`: raw deflate, base64url without padding.
async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let raw = "";
  for (let at = 0; at < bytes.length; at += 0x8000) raw += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function make(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// Makes the section below a verdict. `again` gives the three forms of another text; `page` is the explainer's address.
export function handOn({ pieces, hand }, again, page) {
  const section = make("section", "", { class: "xx-hand" });
  section.append(make("h3", "Hand it on"));
  if (!pieces) {
    section.append(make("p", "This paste is too long to be handed on. Cut it down to the response, and explain that."));
    return section;
  }
  const back = new Set(); // what the reader has put back: the same text counts everywhere
  const masks = []; // each masked piece with its button
  const key = ([text, , kind]) => `${kind} ${text}`;
  const composed = () => pieces.map((piece) => (piece[2] && !back.has(key(piece)) ? piece[1] : piece[0])).join("");
  const row = make("p", "", { class: "xx-row" });
  const buttons = Object.fromEntries(NAMES.map(([form, name]) => [form, make("button", name, { type: "button", "data-copy": hand[form] })]));
  const link = make("button", "Copy a link", { type: "button", "data-copy": "" });
  const print = make("button", "Print", { type: "button" });
  print.addEventListener("click", () => globalThis.print());
  row.append(link, ...Object.values(buttons), print);

  let turn = 0;
  async function refresh() {
    const mine = ++turn, text = composed();
    const address = `${page}#paste=${await packed(text)}`;
    const forms = back.size ? await again(text) : hand;
    if (mine !== turn || !forms) return;
    link.dataset.copy = address;
    for (const [form, button] of Object.entries(buttons)) button.dataset.copy = forms[form];
  }

  const masked = pieces.filter((piece) => piece[2]).length;
  const look = make("details", "", { class: "xx-own" });
  look.append(make("summary", masked ? `What goes along: ${masked} ${masked === 1 ? "place" : "places"} masked` : "What goes along: nothing is masked"));
  look.append(make("p", "A link carries the text itself, in the part behind the # that no server is sent. A mask keeps the shape of what it hides, so the verdict stays the same. Choose one to put it back.", { class: "xx-soft" }));
  const text = make("pre", "", { tabindex: "0", class: "xx-going", role: "group", "aria-label": "The text that goes along" });
  for (const piece of pieces) {
    if (!piece[2]) {
      text.append(piece[0]);
      continue;
    }
    const mask = make("button", piece[1], { type: "button", class: "xx-mask", "aria-pressed": "true", title: `Masked: ${WHY[piece[2]]}` });
    mask.addEventListener("click", () => {
      back.has(key(piece)) ? back.delete(key(piece)) : back.add(key(piece));
      for (const [other, button] of masks) {
        const open = back.has(key(other));
        button.textContent = open ? other[0] : other[1];
        button.setAttribute("aria-pressed", String(!open));
        button.title = `${open ? "Shown" : "Masked"}: ${WHY[other[2]]}`;
      }
      refresh();
    });
    masks.push([piece, mask]);
    text.append(mask);
  }
  look.append(text);
  section.append(row, look);
  refresh();
  return section;
}
