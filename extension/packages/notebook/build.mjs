// Bundles the widget's front end into the Python package, no CDN: one ES module, which the first
// widget of a kernel carries, and a stub for the others.
//
// What it makes is committed, so that installing the package needs no node; the first line names the
// sources it was made of, and tests/ui/notebook/test_notebook_bundle.py holds it to them.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { minifiedCss } from "../minifiedCss.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "../../../scaler_lab/ui/notebook/static");

/** A digest of every source, its path and its text. */
async function digestOfSources() {
  const packages = join(here, "..");
  const files = (await readdir(packages, { recursive: true }))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /^(table|notebook)\/(src|style)\/.*\.(ts|css)$/.test(path))
    .sort();
  const digest = createHash("sha256");
  for (const path of [...files, "notebook/build.mjs", "minifiedCss.mjs"]) {
    digest.update(`${path}\n`).update(await readFile(join(packages, path)));
  }
  return digest.digest("hex");
}

await mkdir(target, { recursive: true });
const sources = await digestOfSources();
await build({
  entryPoints: [
    { in: join(here, "src/entry.ts"), out: "table" },
    { in: join(here, "src/stub.ts"), out: "stub" },
  ],
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [minifiedCss],
  define: {
    "process.env.NODE_ENV": JSON.stringify("production"),
    SOURCES: JSON.stringify(sources.slice(0, 16)),
  },
  banner: { js: `// Built from extension/, sources ${sources}` },
  logLevel: "warning",
});
