// Stands in for the network in the one-file explainer, at both ends: the page's scripts and their worker, which are the
// site's, ask for files by their addresses as ever, and the answers come out of the page, where they lie as gzip in base64.

const TYPES = { js: "text/javascript", json: "application/json", wasm: "application/wasm" };

// Makes a `fetch` that knows these files, each the bytes of its gzip, and asks nobody else.
// No Blobs: WebKit reads none that came to a worker from a page without an origin.
const among = (files) => async (asked) => {
  const name = new URL(asked.url ?? asked).pathname.split("/").at(-1);
  if (!files[name]) return new Response(null, { status: 404 });
  const unpacked = new Response(files[name]).body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked, { headers: { "Content-Type": TYPES[name.split(".").at(-1)] ?? "application/octet-stream" } });
};

function onPage() {
  const files = {};
  for (const block of document.querySelectorAll("script[data-file]")) {
    const raw = atob(block.textContent), bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
    files[block.dataset.file] = bytes;
    block.remove();
  }
  globalThis.fetch = among(files);
  // From a disk a worker is started from a Blob, which takes a moment to unpack; what is said to it meanwhile waits.
  const Started = globalThis.Worker;
  globalThis.Worker = class {
    #started = fetch("file:///worker.js").then((answer) => answer.blob()).then((code) => {
      const worker = new Started(URL.createObjectURL(code));
      worker.onmessage = (event) => this.onmessage(event);
      worker.onerror = (event) => this.onerror(event);
      worker.postMessage(files);
      return worker;
    });
    postMessage(message) { this.#started.then((worker) => worker.postMessage(message)); }
    terminate() { this.#started.then((worker) => worker.terminate()); }
  };
  Object.defineProperty(navigator, "serviceWorker", { value: undefined }); // there is nothing left to keep,
  Object.defineProperty(globalThis, "caches", { value: undefined }); // and on a disk no place to keep it
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => { document.body.dataset.mdColorScheme = dark.matches ? "slate" : "default"; };
  dark.addEventListener("change", dress);
  dress();
  // What leads to the site opens beside this page, which stays: the site may not be there to come back from.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="http"]');
    if (link) Object.assign(link, { target: "_blank", rel: "noreferrer" });
  }, true);
}

function inWorker() {
  Object.defineProperty(globalThis, "caches", { value: undefined });
  // Pyodide takes a worker for a classic one, where it does not run, by what this does; all that it would import is here.
  globalThis.importScripts = () => { throw new TypeError("all is in one file"); };
  globalThis.onmessage = ({ data: files }) => {
    globalThis.fetch = among(files);
    runtime(); // worker.js with what it imports, which the build writes below
  };
}

globalThis.document ? onPage() : inWorker();
