// Answers texts with the runtime that the browser gets, under Node: node parity.mjs PYODIDE_FOLDER RUNTIME TEXTS_JSON
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, runtime, texts] = process.argv.slice(2).map((part) => resolve(part));
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")).href);
const lock = JSON.parse(readFileSync(resolve(runtime, "pyodide-lock.json"), "utf8"));
const python = await loadPyodide({
  indexURL: pyodide,
  stdLibURL: resolve(runtime, "python.zip"),
  lockFileContents: JSON.stringify({ ...lock, packages: {} }),
});
python.pyimport("patterns");
const { answer, masked } = python.pyimport("explainer.answer");
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(texts, "utf8")).map((text, n) => [answer(text), n % 4 ? null : masked(text)])));
