// Bundles the widget's front end into the Python package: one ES module and one style sheet, no CDN.
//
// What it makes is committed, so that installing the package needs no node; the first line names the
// sources it was made of, and tests/ui/notebook/test_notebook_bundle.py holds it to them.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

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
  for (const path of [...files, "notebook/build.mjs"]) {
    digest.update(`${path}\n`).update(await readFile(join(packages, path)));
  }
  return digest.digest("hex");
}

await mkdir(target, { recursive: true });
await build({
  entryPoints: [join(here, "src/entry.ts")],
  outfile: join(target, "table.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  minifySyntax: true,
  minifyWhitespace: true,
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  banner: { js: `// Built from extension/, sources ${await digestOfSources()}` },
  logLevel: "warning",
});
const styles = ["table.css", "line.css"].map((name) =>
  readFile(join(here, "../table/style", name), "utf8"),
);
await writeFile(join(target, "table.css"), (await Promise.all(styles)).join("\n"));
