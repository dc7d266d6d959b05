import { join } from "node:path";
import { USERS } from "../../../src/cli/seed/data.ts";
import type { startWorker } from "../../harness/worker.ts";
import { signIn } from "../measure/api-client.ts";
import { addImports } from "../read-data.ts";

/** What a process of this file says once it serves. */
export interface Served {
  url: string;
  pid: number;
  authorization: string;
  code: string;
}

/**
 * Serves a working tree of the product, with the harness that is in it: its own process, since the harness tells its
 * workerd by its parent. It ends with its input.
 */
const [tree = "", folder = ""] = process.argv.slice(2);
const { buildWorker } = await import(join(tree, "test/harness/build.ts"));
const harness: { startWorker: typeof startWorker } = await import(join(tree, "test/harness/worker.ts"));
const worker = await harness.startWorker({ script: await buildWorker(join(folder, "worker")), folder });
const owner = USERS.find(({ email }) => email === "owner@demo.test");
const served: Served = {
  url: worker.url,
  pid: worker.pid,
  authorization: await signIn(worker.url, "owner@demo.test"),
  code: await addImports(worker.env.LEADS_0, owner?.id ?? 0),
};
process.send?.(served);
process.on("disconnect", async () => {
  await worker.stop();
  process.exit(0);
});
