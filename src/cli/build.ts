import { join } from "node:path";
import { writeOpenApiAssets } from "../openapi/write-assets.ts";
import { ROOT } from "./root.ts";

/** `npm run build`: what the Worker serves besides its own answers. Wrangler runs it before each bundle. */
writeOpenApiAssets(ROOT, join(ROOT, ".build/assets"));
