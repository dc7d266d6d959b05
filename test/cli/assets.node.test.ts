import { globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleConsole } from "../../src/cli/console/bundle.ts";
import { ROOT } from "../../src/cli/root.ts";
import { writeOpenApiAssets } from "../../src/openapi/write-assets.ts";

const folder = mkdtempSync(join(tmpdir(), "leadsy-assets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** When each file of the assets was written. */
function written(): Map<string, bigint> {
  const files = globSync("**/*.*", { cwd: folder });
  return new Map(files.map((file) => [file, statSync(join(folder, file), { bigint: true }).mtimeNs]));
}

async function build(): Promise<void> {
  writeOpenApiAssets(ROOT, folder);
  await bundleConsole(folder);
}

// `npm run dev` starts its server again for each file of the assets that is written.
test("assets that are the same are not written again", async () => {
  await build();
  const before = written();
  expect([...before.keys()]).toEqual(
    expect.arrayContaining(["openapi.json", "docs/index.html", "docs/scalar.js", "console/index.html"]),
  );
  await build();
  expect(written()).toEqual(before);
});
