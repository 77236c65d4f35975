// Keeps the explainer in this browser once it has been used: its files, so that it works without a network, and
// Python's memory, so that it is there at once. Both are left out where the browser allows no storage.

const IDLE = 3_000; // ms after an answer until the memory is made: whoever pastes again should not wait for it

// Has the service worker keep the files, once a page load; `box` names the runtime's folder and the site's root.
let kept = false;
export async function keepFiles(box) {
  if (kept || !navigator.serviceWorker) return;
  kept = true;
  const site = new URL(box.dataset.base || "./", location.href);
  await navigator.serviceWorker.register(new URL("sw.js", site));
  const { active } = await navigator.serviceWorker.ready;
  // What was loaded, by its full address: on pages that instant navigation brings, the relative ones of the first are wrong.
  const parts = performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => name.startsWith(site.href) && /\.(js|css)$/.test(name) && !name.includes("/assets/py/"));
  const keep = [site.href, ...["explain/", "assets/lookup.json"].map((path) => new URL(path, site).href), ...parts];
  active.postMessage({ runtime: new URL(box.dataset.runtime, location.href).href, keep: [...new Set(keep)] });
}

// Starts a second Python once, when the page is idle, whose memory is kept for the next visit.
let begun = false;
export function keepMemory(box) {
  if (begun || !self.caches || navigator.connection?.saveData) return;
  begun = true;
  setTimeout(() => (self.requestIdleCallback ?? setTimeout)(() => {
    const maker = new Worker(new URL("worker.js", new URL(box.dataset.runtime, location.href)), { type: "module", name: "memory" });
    maker.onerror = (event) => event.preventDefault(); // then the next visit starts as this one did
  }), IDLE);
}
