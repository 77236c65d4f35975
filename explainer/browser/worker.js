// A module worker: boots Pyodide from this folder with the wheel inside, and answers pastes.
// In: {type: "explain", id, text, own}, {type: "hand", id, text, own}, {type: "own", own}; `own` is an organisation's file as text, or empty.
// Out: {type: "progress", stage}, "ready" ({restored}), "failed", "verdict", "hand", "own", "error".
// Started under the name "memory" it answers nothing: it keeps Python's memory for later visits, and ends.
import createPyodideModule from "./pyodide.asm.mjs";
import { loadPyodide } from "./pyodide.mjs";

const here = new URL("./", import.meta.url).href;
const PATIENCE = 20_000; // ms; a wrong MIME type makes loadPyodide wait for ever
const WASM = "application/wasm";
const STDLIB = `${here}python.zip`;

// Python's memory after its first start, kept in this browser: restored, it is there in half the time. Pyodide calls
// this private (its own tests and Cloudflare's Workers live on it), so whatever goes wrong leads to an ordinary start.
const MEMORY = `${here}memory`; // no server has it: the name of an entry beside the files that the service worker keeps
const files = async () => caches.open(`5xx-py-${here.split("/").at(-2)}`); // rejects where the browser allows no storage
const remembered = () => files().then((cache) => cache.match(MEMORY)).catch(() => undefined);
const forget = () => files().then((cache) => cache.delete(MEMORY)).catch(() => {});

// A host that serves WebAssembly as something else would hang the boot: give the browser the type it insists on.
const fetchAsIs = self.fetch.bind(self);
let lost; // says at once that WebAssembly's file is not there, for which loadPyodide would wait for ever
const missing = new Promise((_, reject) => { lost = reject; });
try {
  new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); // the smallest there is: may we at all?
} catch {
  lost(new Error("the content policy must allow 'wasm-unsafe-eval'"));
}
let without = false; // whether Python starts without its library: all that an answer needs is in its memory already
self.fetch = async (...request) => {
  if (without && String(request[0]) === STDLIB) return new Response(EMPTY);
  const response = await fetchAsIs(...request);
  if (response.url.endsWith(".wasm") && !response.ok) lost(null);
  if (!response.url.endsWith(".wasm") || !response.ok || response.headers.get("content-type")?.startsWith(WASM)) return response;
  return new Response(response.body, { headers: { "Content-Type": WASM } });
};
const EMPTY = new Uint8Array(22); // a zip with nothing in it
EMPTY.set([80, 75, 5, 6]);

async function load(options) {
  const lock = fetch(`${here}pyodide-lock.json`).then(async (answer) => ({ ...await answer.json(), packages: {} })); // the wheel is in python.zip
  const python = await loadPyodide({ indexURL: here, stdLibURL: STDLIB, lockFileContents: lock, createPyodideModule, ...options });
  if (!options?._loadSnapshot) python.pyimport("patterns"); // else they are in the memory
  return python;
}

async function boot() {
  postMessage({ type: "progress", stage: "download" });
  const kept = await remembered();
  if (kept) {
    try {
      without = true;
      return { python: await load({ _loadSnapshot: kept.arrayBuffer() }), restored: true };
    } catch {
      without = false;
      await forget();
    }
  }
  const python = await load();
  postMessage({ type: "progress", stage: "start" });
  return { python, restored: false };
}

// What a memory that was restored has not imported yet stands in the library's file.
let library;
function withLibrary(python) {
  library ??= without ? put(python, "python.zip", "/lib/python314.zip") : Promise.resolve();
  return library;
}

async function put(python, name, path) {
  const packed = await fetchAsIs(`${here}${name}`);
  if (!packed.ok) throw new Error(`${name} is answered with ${packed.status}`);
  python.FS.writeFile(path, new Uint8Array(await packed.arrayBuffer()));
}

// What reads an organisation's file (PyYAML) is fetched when there is one, and only then.
let yaml;
function withYaml(python) {
  yaml ??= (async () => {
    await Promise.all([withLibrary(python), put(python, "own.zip", "/own.zip")]);
    python.pyimport("sys").path.append("/own.zip");
  })();
  yaml.catch(() => { library = yaml = undefined; }); // so that a later try asks again
  return yaml;
}

async function whyNot(error) {
  const head = await fetchAsIs(`${here}pyodide.asm.wasm`, { method: "HEAD" }).catch(() => null);
  if (!head) return "its files cannot be reached";
  if (!head.ok) return `pyodide.asm.wasm is answered with ${head.status}`;
  if (error) return String(error.message ?? error.name ?? error).split("\n").at(-1).slice(0, 200);
  return `no answer in ${PATIENCE / 1000} s; pyodide.asm.wasm is served as ${head.headers.get("content-type")}`;
}

function answer(python, { type, id, text, own }) {
  const ours = python.pyimport("explainer.answer");
  if (type === "own") return { type, ...JSON.parse(ours.check_own(own)) };
  if (type === "hand") return { type, id, ...JSON.parse(ours.hand(text, own)) };
  const start = performance.now();
  return { type: "verdict", id, ...JSON.parse(ours.answer(text, own)), ms: performance.now() - start };
}

function serve() {
  const began = performance.now();
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, null));
  const started = Promise.race([boot(), late, missing]);
  started.then(
    ({ restored }) => postMessage({ type: "ready", restored, ms: performance.now() - began }),
    async (error) => {
      forget();
      postMessage({ type: "failed", reason: await whyNot(error) });
    },
  );
  onmessage = async ({ data }) => {
    const python = (await started.catch(() => null))?.python;
    if (!python) return; // "failed" says it
    try {
      if (data.own) await withYaml(python);
      let said;
      try {
        said = answer(python, data);
      } catch (error) {
        if (!without || library) throw error;
        await withLibrary(python); // a rare path needs a module that nothing has needed so far
        said = answer(python, data);
      }
      postMessage(said);
    } catch (error) {
      forget(); // in case that it is to blame: then the next visit does without
      postMessage({ type: "error", id: data.id, reason: String(error.message).trim().split("\n").at(-1) });
    }
  };
}

// Starts afresh, so that no paste is in what is kept, has Python read what every answer reads, and keeps its memory.
async function keep() {
  if (await remembered()) return; // another page of the site was quicker
  const python = await load({ _makeSnapshot: true });
  const size = python._module.HEAP8.length;
  for (const name of ["email.utils", "traceback"]) python.pyimport(name); // imported late
  python.pyimport("explainer.answer").answer("HTTP/1.1 502 Bad Gateway\nServer: nginx\nRetry-After: 5\n\n<html>");
  python.pyimport("gc").collect();
  if (python._module.HEAP8.length > size) throw new Error("memory that has grown cannot be restored");
  const memory = python.makeMemorySnapshot();
  const end = memory.findLastIndex((byte) => byte) + 1; // what is zero at its end is zero anyhow
  await (await files()).put(MEMORY, new Response(memory.subarray(0, end)));
}

if (self.name === "memory") keep().catch((error) => console.info(`no memory is kept: ${error.message}`)).then(() => close());
else serve();
