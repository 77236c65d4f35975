// The service worker: keeps the explainer after its first use, so that it works without a network.
// In: {runtime, keep}: the runtime's folder and the addresses to keep. Pages come from the network while there is one.

const PAGES = "5xx-pages";
const FILES = ["worker.js", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python.zip", "pyodide-lock.json"];
const versioned = (url) => /\/assets\/py\/([^/]+)\//.exec(url)?.[1]; // what stands there never changes

addEventListener("install", () => skipWaiting());
// A page is asked for while this worker is still starting.
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()])));

addEventListener("message", ({ data: { runtime, keep }, source }) => {
  kept(runtime, keep).then(() => source?.postMessage({ type: "kept" }), () => {}); // no room: the network still answers
});

async function kept(runtime, keep) {
  const version = versioned(runtime);
  const files = await caches.open(`5xx-py-${version}`);
  await Promise.all(FILES.map(async (name) => {
    const url = new URL(name, runtime).href;
    if (!(await files.match(url))) await files.add(url);
  }));
  await (await caches.open(PAGES)).addAll(keep);
  for (const name of await caches.keys()) if (name.startsWith("5xx-py-") && name !== `5xx-py-${version}`) await caches.delete(name);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(versioned(request.url) ? first(request) : latest(request, event.preloadResponse));
});

async function first(request) {
  const known = await caches.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request); // such as what reads an own file, which is kept once it was wanted
  if (answer.ok) (await caches.open(`5xx-py-${versioned(request.url)}`)).put(request, answer.clone()).catch(() => {});
  return answer;
}

async function latest(request, preloaded) {
  try {
    return (await preloaded) ?? await fetch(request);
  } catch (error) {
    const known = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
    if (known) return known;
    throw error;
  }
}
