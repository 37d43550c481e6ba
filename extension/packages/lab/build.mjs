// Bundles the JupyterLab extension into extension/labextensions, as Jupyter finds prebuilt ones.
//
//     node build.mjs [--watch] [FOLDER]
//
// JupyterLab's modules are not bundled but taken from the page, as every prebuilt extension takes
// them: by module federation, whose whole protocol for a container is `init(shareScope)` and
// `get(module)`.  container.js implements it by hand, around what esbuild makes.  Measured against
// the usual builder, @jupyterlab/builder 4.5, with the same sources:
//
//                          this file             @jupyterlab/builder
//     packages to install  none more             141 more, 64 MB
//     needs                Node.js               Node.js, and an installed JupyterLab (its staging folder)
//     CPU time of a build  0.1 s                 3.5 s
//     size of the bundle   166 kB                173 kB
//     the same output in   every folder          no two folders, so committed files can't be compared
//     in Notebook 7        loads                 requires modules that Notebook 7 does not share
//
// What is made is committed, so that installing needs no node; tests/ui/jupyterlab/test_lab_bundle.py holds it to
// its sources, whose digest is in its first line.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { context, transform } from "esbuild";

import { minifiedCss } from "../minifiedCss.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const watch = args.includes("--watch");
const root = args.find((arg) => !arg.startsWith("--")) ?? join(here, "../../labextensions");
const NAME = "@scaler-lab/lab";
const target = join(root, NAME);
const OTHERS = ["lab/build.mjs", "lab/container.js", "lab/package.json", "minifiedCss.mjs"];
// Private members of @tanstack/virtual-core: a minifier can't know that they are.
const PRIVATE_OF_LIBRARY =
  "_[a-z]\\w+|getScrollOffset|pendingWrite|pendingMin|getOffsetForAlignment|scrollState|scrollElement|scrollOffset|measurementsCache|itemSizeCache|targetWindow|laneAssignments|pendingScrollAnchor|lastTargetOffset|scheduleScrollReconcile|getMaxScrollOffset|getMeasurements";
const SHARED = /^@(jupyterlab|lumino)\//;

const packages = join(here, "..");

/** The paths of the sources that *pattern* fits, from the folder of the packages. */
async function sources(pattern) {
  return (await readdir(packages, { recursive: true }))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => pattern.test(path))
    .sort();
}

/**
 * Names that are only private members of our classes, so that a minifier may change them.  Each file
 * with such a name declares it as `private`, and has it nowhere else but after `this.`.
 */
async function privateNames() {
  const paths = await sources(/^(table|lab)\/src\/.*\.ts$/);
  const texts = await Promise.all(paths.map((path) => readFile(join(packages, path), "utf8")));
  const library = dirname(fileURLToPath(import.meta.resolve("@tanstack/virtual-core")));
  const scripts = (await readdir(library)).filter((path) => path.endsWith(".js"));
  const others = await Promise.all(scripts.map((path) => readFile(join(library, path), "utf8")));
  const declared = /\bprivate (?:(?:static|readonly|override|async|get|set) )*(\w+)/g;
  const names = new Set(
    texts.flatMap((text) => [...text.matchAll(declared)].map(([, name]) => name)),
  );
  const has = (text, name) => new RegExp(`\\b${name}\\b`).test(text);
  const isPrivateIn = (text, name) => {
    const rest = text.replaceAll(declared, (all, found) => (found === name ? "" : all));
    return (
      rest !== text && !has(rest.replaceAll(new RegExp(`\\bthis\\.${name}\\b`, "g"), ""), name)
    );
  };
  return [...names]
    .filter((name) => !others.some((text) => has(text, name)))
    .filter((name) => texts.every((text) => !has(text, name) || isPrivateIn(text, name)));
}

/** A digest of every source, its path and its text. */
async function digestOfSources() {
  const files = await sources(/^(table|lab)\/(src|style|schema)\/.*\.(ts|css|json)$/);
  const digest = createHash("sha256");
  for (const path of [...files, ...OTHERS]) {
    digest.update(`${path}\n`).update(await readFile(join(packages, path)));
  }
  return digest.digest("hex");
}

async function write(result) {
  if (result.errors.length > 0) {
    return;
  }
  const bundle = result.outputFiles[0].text;
  const needed = new Set();
  for (const { imports } of Object.values(result.metafile.inputs)) {
    for (const { path } of imports) {
      if (SHARED.test(path)) {
        needed.add(path);
      }
    }
  }
  const container = (await readFile(join(here, "container.js"), "utf8"))
    .replace("NAME", JSON.stringify(NAME))
    .replace("NEEDED", JSON.stringify([...needed].sort()));
  const { code } = await transform(container, {
    minifySyntax: true,
    minifyWhitespace: true,
    target: "es2022",
  });
  const [before, after] = code.split("BUNDLE");
  const digest = await digestOfSources();
  const file = `static/remoteEntry.${digest.slice(0, 16)}.js`;
  await rm(target, { recursive: true, force: true });
  await mkdir(join(target, "static"), { recursive: true });
  await writeFile(
    join(target, file),
    `// Built from extension/, sources ${digest}\n${before}${bundle}${after}`,
  );
  const own = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const described = {
    name: own.name,
    version: own.version,
    description: own.description,
    license: own.license,
    jupyterlab: {
      extension: true,
      schemaDir: "schema",
      _build: { load: file, extension: "./extension" },
    },
  };
  await writeFile(join(target, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
  const install = {
    packageManager: "python",
    packageName: "scaler-lab",
    uninstallInstructions: "pip uninstall scaler-lab",
  };
  await writeFile(join(target, "install.json"), `${JSON.stringify(install, null, 2)}\n`);
  await cp(join(here, "schema"), join(target, "schemas", NAME), { recursive: true });
}

const building = await context({
  entryPoints: [join(here, "src/index.ts")],
  bundle: true,
  write: false,
  metafile: true,
  format: "cjs",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  minifyIdentifiers: true,
  minifySyntax: true,
  minifyWhitespace: true,
  mangleProps: new RegExp(`^(${PRIVATE_OF_LIBRARY}|${(await privateNames()).join("|")})$`),
  external: ["@jupyterlab/*", "@lumino/*"],
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  logLevel: "warning",
  plugins: [minifiedCss, { name: "write", setup: (build) => build.onEnd(write) }],
});
if (watch) {
  await building.watch();
} else {
  await building.rebuild();
  await building.dispose();
}
