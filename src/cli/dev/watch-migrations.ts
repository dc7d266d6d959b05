import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import type { Renamed } from "./migrate.ts";
import { watchFolders } from "./watch-folders.ts";

const FOLDER = join(ROOT, "migrations");
/** How long no migration must have changed before new ones are applied, in milliseconds. */
const QUIET_MS = 300;

/**
 * Waits for migrations that are new.
 *
 * @param signal ends it.
 * @param onNew gets their paths, and which of those that are gone have only another name now: Drizzle Kit makes up a
 * name, and its author changes it.
 */
export function watchMigrations(
  signal: AbortSignal,
  onNew: (paths: string[], renamed: Renamed[]) => void,
): void {
  let known = readAll();
  watchFolders([FOLDER], QUIET_MS, signal, () => {
    const now = readAll();
    const paths = [...now.keys()].filter((path) => !known.has(path));
    const gone = [...known].filter(([path]) => !now.has(path));
    const renamed = paths.flatMap((to) =>
      gone.filter(([, text]) => text === now.get(to)).map(([from]) => ({ from, to })),
    );
    known = now;
    if (paths.length > 0) onNew(paths, renamed);
  });
}

/** The text of each migration by its path, such as `leads/0001_leads.sql`. */
function readAll(): Map<string, string> {
  const paths = globSync("*/*.sql", { cwd: FOLDER }).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(FOLDER, path), "utf8")]));
}
