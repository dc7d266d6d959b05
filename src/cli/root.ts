import { join } from "node:path";

/** The project's folder, where wrangler.toml is; an absolute path. */
export const ROOT = join(import.meta.dirname, "../..");
