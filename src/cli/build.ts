import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.ts";

/** `npm run build`: what the Worker serves besides its own answers. Wrangler runs it before each bundle. */
mkdirSync(join(ROOT, ".build/assets"), { recursive: true });
