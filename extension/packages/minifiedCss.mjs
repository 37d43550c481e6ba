// A plugin of esbuild: style sheets are imported as text, without comments and spaces.
import { readFile } from "node:fs/promises";

import { transform } from "esbuild";

export const minifiedCss = {
  name: "minified-css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
        target: "es2022",
      });
      return { contents: code, loader: "text", watchFiles: [path] };
    });
  },
};
