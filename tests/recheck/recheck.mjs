// Asks recheck about every pattern on stdin, a JSON list of [id, source, flags]; prints a JSON list of its answers.
import { readFileSync } from "node:fs";
import { checkSync } from "recheck";

const patterns = JSON.parse(readFileSync(0, "utf8"));
const answers = patterns.map(([id, source, flags]) => {
  const found = checkSync(source, flags, { timeout: 3000 });
  return {
    id,
    status: found.status,
    complexity: found.complexity?.type ?? null,
    attack: found.attack?.string ?? null,
    error: found.error?.kind ?? null,
  };
});
console.log(JSON.stringify(answers));
