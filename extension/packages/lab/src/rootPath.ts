/** The path of a file from the server's root folder; empty if it is not in there. */
export function pathIn(root: string, file: string): string {
  const folder = root.endsWith("/") ? root : `${root}/`;
  const isInside = root !== "" && file.startsWith(folder) && !file.split("/").includes("..");
  return isInside ? file.slice(folder.length) : "";
}
