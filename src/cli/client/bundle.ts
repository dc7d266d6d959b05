import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../root.ts";

/** What the client is written on, which is in the bundle, and what its types are written on: the package needs no other. */
const RUNTIME = ["openapi-fetch", "openapi-typescript-helpers"];

/**
 * Bundles the client and the command line as a package of their own, for Node 20 or later and browsers.
 *
 * @returns the folder of the package.
 * @throws where the types of the client are wrong.
 */
export async function bundleClient(): Promise<string> {
  const folder = join(ROOT, ".build/client/package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const common = { absWorkingDir: ROOT, bundle: true, format: "esm", target: "es2023" } as const;
  await build({
    ...common,
    entryPoints: ["src/client/index.ts"],
    outfile: join(folder, "index.js"),
  });
  await build({
    ...common,
    entryPoints: ["src/command/leadsy.ts"],
    outfile: join(folder, "leadsy.js"),
    platform: "node",
  });
  writeDeclarations(join(folder, "types"));
  copyRuntimeTypes(join(folder, "types"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(describePackage(), null, 2)}\n`);
  return folder;
}

function writeDeclarations(folder: string): void {
  const { status } = spawnSync(
    "tsc",
    ["-p", "src/client", "--noEmit", "false", "--incremental", "false", "--tsBuildInfoFile", "null"].concat([
      "--declaration",
      "--emitDeclarationOnly",
      "--rootDir",
      ".",
      "--outDir",
      folder,
    ]),
    { cwd: ROOT, stdio: "inherit" },
  );
  if (status !== 0) throw new Error("The types of the client could not be written: see above.");
}

/** Puts the types of the runtime beside ours, which name it by its place then. */
function copyRuntimeTypes(folder: string): void {
  const rename = (path: string, to: string) => {
    const named = RUNTIME.reduce(
      (text, name) =>
        text.replaceAll(`"${name}"`, `"${to}${name}.mjs"`).replaceAll(`'${name}'`, `"${to}${name}.mjs"`),
      readFileSync(path, "utf8"),
    );
    writeFileSync(path, named);
  };
  for (const name of RUNTIME) {
    const own = join(folder, `${name}.d.mts`);
    copyFileSync(join(ROOT, "node_modules", name, "dist/index.d.mts"), own);
    copyFileSync(join(ROOT, "node_modules", name, "LICENSE"), join(folder, "..", `LICENSE.${name}`));
    rename(own, "./");
  }
  rename(join(folder, "src/client/client.d.ts"), "../../");
}

function describePackage(): Record<string, unknown> {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return {
    name,
    version,
    license,
    private: true,
    type: "module",
    engines: { node: ">=20.11" },
    exports: { types: "./types/src/client/index.d.ts", default: "./index.js" },
    bin: { leadsy: "./leadsy.js" },
  };
}
