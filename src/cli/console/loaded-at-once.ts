import type { Metafile } from "esbuild";

/**
 * What a browser loads with files of a bundle: themselves, and all that they import at once. What is loaded when it is
 * shown, by `import()`, is not among it.
 *
 * @param files as keys of `outputs`.
 */
export function loadedAtOnce(outputs: Metafile["outputs"], files: string[]): string[] {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === "import-statement") load(path);
  };
  files.forEach(load);
  return [...loaded];
}
