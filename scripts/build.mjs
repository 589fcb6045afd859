// Bundles static/src into static/dist with hashed names.
//
//   node scripts/build.mjs            minified, compressed, sizes held to the budget
//   node scripts/build.mjs --watch    readable, with source maps, again after every change; ends when its input closes
//   node scripts/build.mjs --quiet    prints problems only
//
// Entries are static/src/entries/*.ts and *.css, css/site.css and whatever lies in images/. static/dist/meta.json is esbuild's
// metafile; templates find an address in it by `entryPoint`. Files that nothing names any more stay for a week,
// because pages that were served before may still ask for them.

import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";
import { budgetProblems } from "./budget.mjs";

const SOURCE = "static/src";
const TARGET = "static/dist";
const META = `${TARGET}/meta.json`;
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;
const COMPRESSIBLE = /\.(js|css|svg|json|map|txt)$/;

const watching = process.argv.includes("--watch");
const quiet = process.argv.includes("--quiet");
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

process.chdir(path.join(import.meta.dirname, ".."));

async function entryPoints() {
  const found = [];
  for (const [folder, pattern] of [
    ["entries", /(?<!\.d)\.ts$|\.css$/],
    ["css", /^site\.css$/],
    ["images", /\.(svg|png|webp|avif|ico)$/],
  ]) {
    if (!existsSync(`${SOURCE}/${folder}`)) continue;
    for (const name of (await readdir(`${SOURCE}/${folder}`)).sort()) {
      if (pattern.test(name)) found.push(`${SOURCE}/${folder}/${name}`);
    }
  }
  return found;
}

/** What esbuild is asked for. Addresses within CSS stay relative, so the folder can be served anywhere. */
function options(entries) {
  return {
    entryPoints: entries,
    outbase: SOURCE,
    outdir: TARGET,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: !watching,
    sourcemap: watching,
    metafile: true,
    entryNames: "[dir]/[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    loader: {
      ".woff2": "file",
      ".svg": "copy",
      ".png": "copy",
      ".webp": "copy",
      ".avif": "copy",
      ".ico": "copy",
    },
    logLevel: "warning",
    legalComments: "none",
    charset: "utf8",
  };
}

async function compress(file) {
  if (!COMPRESSIBLE.test(file) || existsSync(`${file}.br`)) return;
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(`${file}.gz`, await zip(bytes, { level: 9 }));
  await writeFile(`${file}.br`, await brotli(bytes, { params }));
}

async function removeOld(current) {
  for (const entry of await readdir(TARGET, { recursive: true, withFileTypes: true })) {
    const file = path.posix.join(entry.parentPath, entry.name);
    if (!entry.isFile() || current.has(file.replace(/\.(br|gz)$/, ""))) continue;
    if (Date.now() - (await stat(file)).mtimeMs > KEEP_MS) await rm(file);
  }
}

/** The metafile comes last and at once: whoever reads it finds every file it names. */
async function publish(metafile) {
  const current = new Set([META, ...Object.keys(metafile.outputs)]);
  if (!watching) await Promise.all(Object.keys(metafile.outputs).map(compress));
  await writeFile(`${META}.new`, JSON.stringify(metafile));
  await rename(`${META}.new`, META);
  await removeOld(current);
}

async function build() {
  const { metafile } = await esbuild.build(options(await entryPoints()));
  await publish(metafile);
  const { lines, problems } = await budgetProblems(metafile.outputs, SOURCE);
  if (!quiet) console.log(lines.join("\n"));
  if (problems.length > 0)
    throw new Error(`Over the budget (scripts/budget.mjs):\n  ${problems.join("\n  ")}`);
}

/** New entries are seen at the next start; everything they import is followed at once. */
async function watch() {
  const follow = {
    name: "publish",
    setup(hooks) {
      hooks.onEnd(async ({ errors, metafile }) => {
        if (errors.length === 0 && metafile) await publish(metafile);
      });
    },
  };
  const context = await esbuild.context({ ...options(await entryPoints()), plugins: [follow] });
  await context.watch();
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
}

try {
  await (watching ? watch() : build());
} catch (error) {
  // esbuild has printed its own errors already.
  if (!error.errors) console.error(error.message);
  process.exit(1);
}
