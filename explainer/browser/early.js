// Starts the explainer's worker before the rest of the page is there, where the address carries a paste: Python takes
// longest. In the head of the page, so that the place of the verdict is kept from the first moment.

if (location.hash.startsWith("#paste=")) {
  document.documentElement.classList.add("xx-asked");
  const worker = new Worker(new URL(`${document.currentScript.dataset.runtime}worker.js`, location.href), { type: "module" });
  const said = []; // until `explainer.js` takes over
  worker.onmessage = ({ data }) => said.push(data);
  worker.onerror = (event) => {
    event.preventDefault();
    said.push({ type: "failed", reason: "the explainer's files did not load" });
  };
  globalThis.early = { worker, said };
}
