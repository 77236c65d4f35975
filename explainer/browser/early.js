// Starts the explainer's worker before the rest of the page is there, where the address carries a paste: Python takes
// longest. In the head of the page, so that the place of the verdict is kept from the first moment.

if (location.hash.startsWith("#paste=")) {
  document.documentElement.classList.add("xx-asked");
  const runtime = new URL(document.currentScript.dataset.runtime, location.href);
  const worker = new Worker(new URL("worker.js", runtime), { type: "module", name: "fed" });
  const said = []; // until `explainer.js` takes over
  worker.onmessage = ({ data }) => said.push(data);
  worker.onerror = (event) => {
    event.preventDefault();
    said.push({ type: "failed", reason: "the explainer's files did not load" });
  };
  // Compiled here while the worker is starting; where that fails, the worker tries by itself and says why it cannot.
  const feed = (module) => worker.postMessage({ type: "compiled", module });
  WebAssembly.compileStreaming(fetch(new URL("pyodide.asm.wasm", runtime))).then(feed, () => feed());
  globalThis.early = { worker, said };
}
