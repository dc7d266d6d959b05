import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Server, startServer } from "../dev/server.ts";

/**
 * Starts the API on a free port, with state of its own that goes with it.
 *
 * @param signal ends it.
 * @returns the server; its `ended` resolves once its state is deleted, too.
 */
export async function startTemporaryServer(signal: AbortSignal): Promise<Server> {
  const state = mkdtempSync(join(tmpdir(), "leadsy-operations-"));
  const remove = () => rmSync(state, { recursive: true, force: true });
  try {
    const server = await startServer({ port: await freePort(), persistTo: state, signal });
    return { ...server, ended: server.ended.finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
