import { join } from "node:path";
import { exitWithError } from "./fail.ts";
import { ROOT } from "./root.ts";

/**
 * `npm run build`: what the Worker serves besides its own answers, or with `--only=reference` or `--only=console` one
 * part of it. Wrangler runs it before each bundle, and says for
 * which of its commands; `--local` comes from the table of wrangler.toml that is never to be uploaded.
 */
const command = process.env.WRANGLER_COMMAND ?? "";
if (process.argv.includes("--local") && !["", "dev", "types"].includes(command)) {
  exitWithError(
    new Error(
      `wrangler ${command} without --env would upload the local installation. ` +
        "Deploy with `npm run deploy -- --env staging` or `--env production`.",
    ),
  );
}
// `npm run dev` writes them itself, beside the bundle: see src/cli/dev/assets.ts.
if (!(command === "dev" && process.env.LEADSY_ASSETS === "beside")) {
  const assets = join(ROOT, ".build/assets");
  if (!process.argv.includes("--only=console")) {
    const { writeOpenApiAssets } = await import("../openapi/write-assets.ts");
    writeOpenApiAssets(ROOT, assets);
    const { writeClientTypes } = await import("./client/types.ts");
    await writeClientTypes(join(assets, "openapi.json"));
  }
  if (!process.argv.includes("--only=reference")) {
    const { bundleConsole } = await import("./console/bundle.ts");
    const { measureFirstView } = await import("./console/first-view.ts");
    console.log(measureFirstView(await bundleConsole(assets)));
    const { bundleEmbed } = await import("./embed/bundle.ts");
    console.log(await bundleEmbed(assets));
  }
}
