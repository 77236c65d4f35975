// A module worker: boots Pyodide from this folder with the wheel inside, and answers pastes.
// In: {type: "explain", id, text, own}, {type: "hand", id, text, own}, {type: "own", own}; `own` is an organisation's file as text, or empty.
// Out: {type: "progress", stage}, "ready", "failed", "verdict", "hand", "own", "error".
import createPyodideModule from "./pyodide.asm.mjs";
import { loadPyodide } from "./pyodide.mjs";

const here = new URL("./", import.meta.url).href;
const PATIENCE = 20_000; // ms; a wrong MIME type makes loadPyodide wait for ever
const WASM = "application/wasm";

// A host that serves WebAssembly as something else would hang the boot: give the browser the type it insists on.
const fetchAsIs = self.fetch.bind(self);
let lost; // says at once that WebAssembly's file is not there, for which loadPyodide would wait for ever
const missing = new Promise((_, reject) => { lost = reject; });
try {
  new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); // the smallest there is: may we at all?
} catch {
  lost(new Error("the content policy must allow 'wasm-unsafe-eval'"));
}
self.fetch = async (...request) => {
  const response = await fetchAsIs(...request);
  if (response.url.endsWith(".wasm") && !response.ok) lost(null);
  if (!response.url.endsWith(".wasm") || !response.ok || response.headers.get("content-type")?.startsWith(WASM)) return response;
  return new Response(response.body, { headers: { "Content-Type": WASM } });
};

async function boot() {
  postMessage({ type: "progress", stage: "download" });
  const lock = await (await fetch(`${here}pyodide-lock.json`)).json();
  lock.packages = {}; // the wheel is in python.zip already
  const python = await loadPyodide({
    indexURL: here,
    stdLibURL: `${here}python.zip`,
    lockFileContents: JSON.stringify(lock),
    createPyodideModule,
  });
  postMessage({ type: "progress", stage: "start" });
  return python;
}

// What reads an organisation's file (PyYAML) is fetched when there is one, and only then.
let yaml;
function withYaml(python) {
  yaml ??= (async () => {
    const packed = await fetch(`${here}own.zip`);
    if (!packed.ok) throw new Error(`own.zip is answered with ${packed.status}`);
    python.FS.writeFile("/own.zip", new Uint8Array(await packed.arrayBuffer()));
    python.pyimport("sys").path.append("/own.zip");
  })();
  yaml.catch(() => { yaml = undefined; }); // so that a later try asks again
  return yaml;
}

async function whyNot(error) {
  const head = await fetchAsIs(`${here}pyodide.asm.wasm`, { method: "HEAD" }).catch(() => null);
  if (!head) return "its files cannot be reached";
  if (!head.ok) return `pyodide.asm.wasm is answered with ${head.status}`;
  if (error) return String(error.message ?? error.name ?? error).split("\n").at(-1).slice(0, 200);
  return `no answer in ${PATIENCE / 1000} s; pyodide.asm.wasm is served as ${head.headers.get("content-type")}`;
}

const began = performance.now();
const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, null));
const answer = Promise.race([boot(), late, missing]);
answer.then(
  () => postMessage({ type: "ready", ms: performance.now() - began }),
  async (error) => postMessage({ type: "failed", reason: await whyNot(error) }),
);

onmessage = async ({ data: { type, id, text, own } }) => {
  const python = await answer.catch(() => null);
  if (!python) return; // "failed" says it
  try {
    if (own) await withYaml(python);
    const ours = python.pyimport("explainer.answer");
    if (type === "own") return postMessage({ type: "own", ...JSON.parse(ours.check_own(own)) });
    if (type === "hand") return postMessage({ type: "hand", id, ...JSON.parse(ours.hand(text, own)) });
    const start = performance.now();
    postMessage({ type: "verdict", id, ...JSON.parse(ours.answer(text, own)), ms: performance.now() - start });
  } catch (error) {
    postMessage({ type: "error", id, reason: String(error.message).trim().split("\n").at(-1) });
  }
};
