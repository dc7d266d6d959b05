import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { below, type Random, randomOf } from "../fixtures/random.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { changeByHand, importFile } from "../imports/undo/generated-changes.ts";
import { readLeads } from "../imports/undo/model.ts";
import { beginUndo, deliverUndo } from "../imports/undo/undo-run.ts";
import { Follower, hashOf, listAll } from "./follower.ts";

/**
 * Who reads nothing but the feed has the table of leads, after imports, changes by hand, merges, deletions, erasures and
 * undos in any order, also where it is in the middle of what is changed then; for more of them
 * `FEED_OPERATIONS=10000 FEED_SEED=0 LONGEST_FILE_MINUTES=60 node test/run.ts <this file>`.
 */
const OPERATIONS = Number(env.FEED_OPERATIONS) || 30;
/** By default one in which something of each kind happens. */
const FIRST_SEED = Number(env.FEED_SEED || 40);
/** Of a company: the longer it lives, the more of what is done to it is refused. */
const OF_A_COMPANY = 30;

const seen = new Map<string, number>();

it.each(Array.from({ length: Math.ceil(OPERATIONS / OF_A_COMPANY) }, (_, seed) => FIRST_SEED + seed))(
  "a follower has the leads, by the feed alone: seed %d",
  async (seed) => {
    const random = randomOf(seed, 11);
    const company = await createCompany();
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const agent = await createUser({ access: [{ company, role: "agent" }] });
    const [all, own] = [new Follower(company, manager.token), new Follower(company, agent.token)];
    const open: string[] = [];
    const change = async () => {
      const leads = await readLeads(company);
      const kind = random();
      if (leads.size === 0 || kind < 0.2) open.push(await importFile(random, company));
      else if (kind < 0.85 || open.length === 0) {
        await changeByHand(random, random() < 0.5 ? manager : { ...agent, token: manager.token }, leads);
      } else {
        const [code = ""] = open.splice(below(random, open.length), 1);
        await beginUndo(company, code);
        await deliverUndo(code, { stepRecords: 1 + below(random, 5) });
      }
    };
    for (let done = 0; done < OF_A_COMPANY; ) {
      const several = 1 + below(random, 14);
      for (let one = 0; one < several; one++) {
        await change();
        // A follower who is slow stands within a chunk or a step while that is undone, merged or erased.
        if (random() < 0.3) await all.catchUp(limitOf(random), 1 + below(random, 3));
        if (random() < 0.3) await own.catchUp(limitOf(random), 1 + below(random, 3));
      }
      done += several;
      await all.catchUp(limitOf(random));
      await own.catchUp(limitOf(random));
      expect(await hashOf(all.leads), `after ${done}`).toBe(
        await hashOf(await listAll(company, manager.token)),
      );
      expect(await hashOf(own.leads), `the agent's after ${done}`).toBe(
        await hashOf(await listAll(company, agent.token)),
      );
    }
    for (const { type } of all.seen) seen.set(type, (seen.get(type) ?? 0) + 1);
  },
);

/** Pages of any size end within a chunk, between the events of a lead, and after rows. */
function limitOf(random: Random): number {
  return 1 + below(random, random() < 0.5 ? 4 : 60);
}

it("is looked at with events of each kind", () => {
  // biome-ignore lint/suspicious/noConsole: the figures of the test.
  console.log(`${OPERATIONS} operations: ${JSON.stringify(Object.fromEntries(seen))}`);
  for (const type of ["created", "updated", "merged", "deleted", "erased", "stage_changed", "assigned"]) {
    expect(seen.get(`lead.${type}`) ?? 0, type).toBeGreaterThan(0);
  }
});
