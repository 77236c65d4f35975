// Runs `precompile.py` inside Pyodide under Node: node compile.mjs PYODIDE_FOLDER WHEEL PASTES_JSON OUTPUT_FOLDER
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheel, pastes, output] = process.argv.slice(2).map((part) => resolve(part));
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")).href);
const python = await loadPyodide({
  indexURL: pyodide,
  env: { PYTHONPATH: "/app.zip", PYTHONHASHSEED: "0" },
  fsInit: async (FS) => {
    FS.writeFile("/app.zip", readFileSync(wheel));
    FS.writeFile("/pastes.json", readFileSync(pastes));
    FS.mkdirTree("/out");
    FS.mount(FS.filesystems.NODEFS, { root: output }, "/out");
  },
});
python.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
