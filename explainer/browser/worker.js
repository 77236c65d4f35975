// A module worker: boots Pyodide from this folder with the wheel inside, and answers pastes.
// In: {type: "explain", id, text, own}, {type: "hand", id, text, own}, {type: "own", own}; `own` is an organisation's file as text, or empty.
// Out: {type: "progress", stage}, "ready" ({restored}), "failed", "verdict" and then "masked" with the same id, "hand", "own", "error".
// Started under the name "memory" it answers nothing: it keeps Python's memory for later visits, and ends. Under the name
// "fed" it is sent {type: "compiled", module}: WebAssembly that the page has compiled, or nothing where it could not.

const here = new URL("./", import.meta.url).href;
const PATIENCE = 20_000; // ms; nothing that a boot waits for takes so long
const STDLIB = `${here}python.zip`;

// Python's memory after its first start, kept in this browser: restored, it is there in half the time. Pyodide calls
// this private (its own tests and Cloudflare's Workers live on it), so whatever goes wrong leads to an ordinary start.
const MEMORY = `${here}memory`; // no server has it: the name of an entry beside the files that the service worker keeps
const files = async () => caches.open(`5xx-py-${here.split("/").at(-2)}`); // rejects where the browser allows no storage
const remembered = () => files().then((cache) => cache.match(MEMORY)).catch(() => undefined);
const forget = () => files().then((cache) => cache.delete(MEMORY)).catch(() => {});
const maker = self.name === "memory";

// All that a boot needs is asked for at once, and WebAssembly is compiled while Pyodide's scripts are still being read.
const fetchAsIs = self.fetch.bind(self);
const memory = maker ? Promise.resolve() : remembered().then((kept) => kept?.arrayBuffer()).catch(() => undefined);
let library = memory.then((kept) => (kept ? new Response(EMPTY) : fetchAsIs(STDLIB))); // what an answer needs is in the memory
const lock = fetchAsIs(`${here}pyodide-lock.json`);
const compiled = self.name === "fed" ? given() : compile();
const scripts = Promise.all([import("./pyodide.mjs"), import("./pyodide.asm.mjs")]);
const EMPTY = new Uint8Array(22); // a zip with nothing in it
EMPTY.set([80, 75, 5, 6]);

function given() {
  return new Promise((done) => addEventListener("message", ({ data }) => {
    if (data.type === "compiled") done(data.module ?? compile());
  }));
}

async function compile() {
  try {
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); // the smallest there is: may we at all?
  } catch {
    throw new Error("the content policy must allow 'wasm-unsafe-eval'");
  }
  const answer = await fetchAsIs(`${here}pyodide.asm.wasm`);
  if (!answer.ok) throw new Error(`pyodide.asm.wasm is answered with ${answer.status}`);
  if (answer.headers.get("content-type")?.startsWith("application/wasm")) return WebAssembly.compileStreaming(answer);
  return WebAssembly.compile(await answer.arrayBuffer()); // a host that serves it as something else
}

// Pyodide asks for its files itself: it is given what is there, or on its way.
self.fetch = async (...asked) => {
  if (String(asked[0]) === STDLIB) return library;
  return String(asked[0]).endsWith(".wasm") ? new Response() : fetchAsIs(...asked);
};
WebAssembly.instantiateStreaming = async (_, imports) => {
  const module = await compiled;
  return { module, instance: await WebAssembly.instantiate(module, imports) };
};

async function load(options) {
  const [{ loadPyodide }, { default: createPyodideModule }] = await scripts;
  const lockFileContents = lock.then(async (answer) => ({ ...await answer.clone().json(), packages: {} })); // the wheel is in python.zip
  const python = await loadPyodide({ indexURL: here, stdLibURL: STDLIB, lockFileContents, createPyodideModule, ...options });
  if (!options?._loadSnapshot) python.pyimport("patterns"); // else they are in the memory
  return python;
}

async function boot() {
  postMessage({ type: "progress", stage: "download" });
  const kept = await memory;
  if (kept) {
    try {
      return { python: await load({ _loadSnapshot: kept }), restored: true };
    } catch {
      library = fetchAsIs(STDLIB);
      await forget();
    }
  }
  const python = await load();
  postMessage({ type: "progress", stage: "start" });
  return { python, restored: false };
}

// What a memory that was restored has not imported yet stands in the library's file.
let whole;
function withLibrary(python) {
  whole ??= put(python, "python.zip", "/lib/python314.zip");
  return whole;
}

async function put(python, name, path) {
  const packed = await fetchAsIs(`${here}${name}`);
  if (!packed.ok) throw new Error(`${name} is answered with ${packed.status}`);
  python.FS.writeFile(path, new Uint8Array(await packed.arrayBuffer()));
}

// What reads an organisation's file (PyYAML) is fetched when there is one, and only then.
let yaml;
function withYaml(python, restored) {
  yaml ??= (async () => {
    await Promise.all([restored && withLibrary(python), put(python, "own.zip", "/own.zip")]);
    python.pyimport("sys").path.append("/own.zip");
  })();
  yaml.catch(() => { whole = yaml = undefined; }); // so that a later try asks again
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
  const lost = compiled.then(() => late); // loadPyodide would wait for ever
  const started = Promise.race([boot(), late, lost]);
  started.then(
    ({ restored }) => postMessage({ type: "ready", restored, ms: performance.now() - began }),
    async (error) => {
      forget();
      postMessage({ type: "failed", reason: await whyNot(error) });
    },
  );
  onmessage = async ({ data }) => {
    if (data.type === "compiled") return;
    const { python, restored } = await started.catch(() => ({}));
    if (!python) return; // "failed" says it
    try {
      if (data.own) await withYaml(python, restored);
      let said;
      try {
        said = answer(python, data);
      } catch (error) {
        if (!restored || whole) throw error;
        await withLibrary(python); // a rare path needs a module that nothing has needed so far
        said = answer(python, data);
      }
      postMessage(said);
      if (data.type === "explain") postMessage({ type: "masked", id: data.id, ...JSON.parse(python.pyimport("explainer.answer").masked(data.text, data.own)) });
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
  for (const give of ["answer", "masked"]) python.pyimport("explainer.answer")[give]("HTTP/1.1 502 Bad Gateway\nServer: nginx\nRetry-After: 5\n\n<html>");
  python.pyimport("gc").collect();
  if (python._module.HEAP8.length > size) throw new Error("memory that has grown cannot be restored");
  const image = python.makeMemorySnapshot();
  const end = image.findLastIndex((byte) => byte) + 1; // what is zero at its end is zero anyhow
  await (await files()).put(MEMORY, new Response(image.subarray(0, end)));
}

if (maker) keep().catch((error) => console.info(`no memory is kept: ${error.message}`)).then(() => close());
else serve();
