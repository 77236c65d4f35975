// Runs `precompile.py` inside Pyodide under Node: node compile.mjs PYODIDE_FOLDER WHEEL YAML_ZIP PASTES_JSON OUTPUT OWN_OUTPUT
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheel, yaml, pastes, output, own] = process.argv.slice(2).map((part) => resolve(part));
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")).href);
const python = await loadPyodide({
  indexURL: pyodide,
  env: { PYTHONPATH: "/app.zip", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" }, // no columns: a sixth of the code
  fsInit: async (FS) => {
    FS.writeFile("/app.zip", readFileSync(wheel));
    FS.writeFile("/yaml.zip", readFileSync(yaml));
    FS.writeFile("/patterns.py", readFileSync(new URL("../browser/patterns.py", import.meta.url)));
    FS.writeFile("/pastes.json", readFileSync(pastes));
    for (const [place, root] of [["/out", output], ["/own", own]]) {
      FS.mkdirTree(place);
      FS.mount(FS.filesystems.NODEFS, { root }, place);
    }
  },
});
python.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
