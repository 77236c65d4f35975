// What the explainer is measured against: the page of somebody who puts the same package on plain Pyodide.

const worker = new Worker(new URL(`worker.js?wheel=${document.body.dataset.wheel}`, import.meta.url), { type: "module" });
const result = document.querySelector("div");

function element([tag, attributes, children]) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(typeof child === "string" ? child : element(child));
  return made;
}

worker.onmessage = ({ data }) => {
  result.replaceChildren(element(data.view));
  result.dispatchEvent(new CustomEvent("verdict", { bubbles: true, detail: data.verdict }));
};

const packed = location.hash.slice("#paste=".length).replace(/-/g, "+").replace(/_/g, "/");
const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
document.querySelector("textarea").value = text;
worker.postMessage(text);
