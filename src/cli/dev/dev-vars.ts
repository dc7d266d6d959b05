import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateSecrets } from "../config/secrets.ts";
import { ROOT } from "../root.ts";

/**
 * Writes a `.dev.vars` with secrets of its own, readable by its owner alone, where there is none.
 *
 * @returns whether it wrote one.
 */
export async function writeDevVars(folder = ROOT): Promise<boolean> {
  const lines = Object.entries(await generateSecrets()).map(([name, value]) => `${name}='${value}'\n`);
  try {
    writeFileSync(join(folder, ".dev.vars"), lines.join(""), { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
