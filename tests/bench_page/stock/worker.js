// Boots Pyodide as its manual says, loads the wheel that its address names, and answers pastes.
import { loadPyodide } from "./pyodide.mjs";

const here = new URL("./", import.meta.url).href;
const wheel = here + new URL(import.meta.url).searchParams.get("wheel");

async function boot() {
  const python = await loadPyodide({ indexURL: here });
  await python.loadPackage(wheel);
  return python.pyimport("explainer.answer");
}

const booted = boot();
onmessage = async ({ data }) => postMessage(JSON.parse((await booted).answer(data, "")));
