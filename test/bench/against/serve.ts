import { existsSync } from "node:fs";
import { join } from "node:path";
import { CAMPAIGN, USERS } from "../../../src/cli/seed/data.ts";
import type { startWorker } from "../../harness/worker.ts";
import type * as ManyLeads from "../leads/many-leads.ts";
import { signIn } from "../measure/api-client.ts";
import { addImports } from "../read-data.ts";

/** What a process of this file says once it serves. */
export interface Served {
  url: string;
  pid: number;
  authorization: string;
  /** What the addresses that are asked for name. */
  values: { import_code: string; company_id: number; user_id: number };
}

/**
 * Serves a working tree of the product, with the harness that is in it: its own process, since the harness tells its
 * workerd by its parent. It ends with its input.
 */
const [tree = "", folder = "", leads = "0"] = process.argv.slice(2);
const { buildWorker } = await import(join(tree, "test/harness/build.ts"));
const harness: { startWorker: typeof startWorker } = await import(join(tree, "test/harness/worker.ts"));
const worker = await harness.startWorker({ script: await buildWorker(join(folder, "worker")), folder });
const owner = USERS.find(({ email }) => email === "owner@demo.test");
const userId = owner?.id ?? 0;
const { companyId } = CAMPAIGN;
if (Number(leads) > 0) await addLeads(Number(leads));
const served: Served = {
  url: worker.url,
  pid: worker.pid,
  authorization: await signIn(worker.url, "owner@demo.test"),
  values: {
    import_code: await addImports(worker.env.LEADS_0, userId),
    company_id: companyId,
    user_id: userId,
  },
};
process.send?.(served);
process.on("disconnect", async () => {
  await worker.stop();
  process.exit(0);
});

/** As the tree itself does it: columns and the index of words are others in older versions. */
async function addLeads(count: number): Promise<void> {
  const files = ["test/bench/leads/many-leads.ts", "test/bench/many-leads.ts"];
  const file = files.map((name) => join(tree, name)).find((path) => existsSync(path));
  if (!file) throw new Error(`${tree} has none of ${files.join(", ")}`);
  const { addManyLeads }: typeof ManyLeads = await import(file);
  await addManyLeads(worker.env.LEADS_0, companyId, userId, count);
}
