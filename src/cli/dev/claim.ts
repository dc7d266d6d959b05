import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes a folder of state for one server: two workerd on the same SQLite files lock each other out.
 *
 * The claim is a lock of the system's, so it ends with this process, however that ends.
 *
 * @returns gives the folder free.
 * @throws where another server has it.
 */
export function claim(state: string): () => void {
  mkdirSync(state, { recursive: true });
  const lock = new DatabaseSync(join(state, "server.lock"));
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    throw new Error(
      `Another server runs on the state in ${state}: give this one its own with --persist-to DIR.`,
    );
  }
  return () => lock.close();
}
