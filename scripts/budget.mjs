// How many Brotli bytes a browser may have to fetch for each entry, the chunks it always needs included.

import { readFile } from "node:fs/promises";

const KB = 1024;
const BUDGET = {
  "entries/site.js": 24 * KB,
  "entries/editor.js": 32 * KB,
  "entries/site.css": 16 * KB,
  "css/site.css": 16 * KB,
};
/** What an entry may cost that is not named above. */
const DEFAULT = 8 * KB;

/** The outputs that loading `name` brings in at once; dynamic imports come later and are not counted. */
function closure(name, outputs, seen = new Set()) {
  if (seen.has(name) || !outputs[name]) return seen;
  seen.add(name);
  for (const found of outputs[name].imports) {
    if (found.kind === "import-statement") closure(found.path, outputs, seen);
  }
  return seen;
}

async function compressedSize(files) {
  const sizes = [...files].map(async (file) => (await readFile(`${file}.br`)).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** `lines` says every entry's size, `problems` the ones over their budget. */
export async function budgetProblems(outputs, source) {
  const lines = [];
  const problems = [];
  for (const [name, output] of Object.entries(outputs)) {
    const entry = output.entryPoint?.slice(source.length + 1).replace(/\.ts$/, ".js") ?? "";
    if (!/^(entries|css)\//.test(entry)) continue;
    const bytes = await compressedSize(closure(name, outputs));
    const allowed = BUDGET[entry] ?? DEFAULT;
    lines.push(`${entry.padEnd(28)} ${(bytes / KB).toFixed(1).padStart(6)} kB of ${allowed / KB}`);
    if (bytes > allowed) problems.push(`${entry}: ${bytes} bytes of Brotli, ${allowed} are allowed`);
  }
  return { lines: lines.sort(), problems };
}
