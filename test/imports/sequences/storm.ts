import { env } from "cloudflare:test";
import { below, pick, type Random } from "../../fixtures/random.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import type { TestCompany } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { deliver, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { ask } from "../control/asked.ts";
import { deliverUndo } from "../undo/undo-run.ts";

const ACTS = [
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "commit",
  "commit",
  "cancel",
  "retry",
  "undo",
  "undoing",
];

/** An import that is worked on and controlled, by several at once. */
export interface Storm {
  company: TestCompany;
  code: string;
  token: string;
  around: Around;
  /** Whether leases keep nobody out: it is checkpoints that keep an import exact. */
  leaseless: boolean;
}

const quiet = (around: Around) => surround(env, around, async () => {});

/** Lets several do something to an import at the same moment, some times. @returns what they did. */
export async function storm(random: Random, rounds: number, at: Storm): Promise<string> {
  const { code, token, around, leaseless } = at;
  const said: string[] = [];
  const lease = leaseless ? { leaseMs: 0 } : {};
  for (let round = 0; round < rounds; round++) {
    const together = Array.from({ length: 1 + below(random, 3) }, () => pick(random, ACTS as [string]));
    said.push(together.join("+"));
    await Promise.all(
      together.map(async (act) => {
        switch (act) {
          case "deliver":
            return void (await deliver(code, {
              env: quiet(around),
              newSlice: sliceOf(5 + below(random, 25)),
              ...lease,
            }));
          case "undoing":
            return await deliverUndo(code, {
              env: quiet(around),
              newSlice: sliceOf(3 + below(random, 12)),
              ...lease,
            });
          default:
            return void (await ask(act as "commit", code, token, around));
        }
      }),
    );
    await endLeases(at);
  }
  return said.join(", ");
}

/**
 * Ends the leases of those who broke off, as time does. The clock of the test stays what it is: changes by hand come by
 * the real one, and what is told by times would see some of them before what they followed.
 */
async function endLeases({ company: { database }, code }: Pick<Storm, "company" | "code">): Promise<void> {
  const of = "(SELECT id FROM imports WHERE import_code = ?)";
  await database.batch(
    [
      `imports SET leased_until = 0 WHERE id = ${of}`,
      `import_undos SET leased_until = 0 WHERE import_id = ${of}`,
    ].map((what) => database.prepare(`UPDATE ${what} AND leased_until IS NOT NULL`).bind(code)),
  );
}

interface State {
  status: number;
  dryRun: number;
  undo: number | null;
}

async function stateOf({ database }: TestCompany, code: string): Promise<State> {
  const state = await database
    .prepare(
      `SELECT i.status, i.dry_run AS dryRun, u.finished_at IS NOT NULL AS undone, u.id AS undo
       FROM imports i LEFT JOIN import_undos u ON u.import_id = i.id WHERE i.import_code = ?`,
    )
    .bind(code)
    .first<State>();
  if (!state) throw new Error("no import");
  return state;
}

/** What an import has come to that nothing moves any more. */
export type End = "imported" | "undone" | "validated";

/** Calms a storm: what waits is done, what was stopped goes on. @returns what has become of the import. */
export async function calm({ company, code, token }: Omit<Storm, "around" | "leaseless">): Promise<End> {
  for (let tries = 0; tries < 50; tries++) {
    await endLeases({ company, code });
    const { status, undo } = await stateOf(company, code);
    if (status === 7) return "undone";
    if (undo !== null) await deliverUndo(code);
    else if (status <= 1) await runToEnd(code, undisturbed);
    else if (status === 5) await ask("retry", code, token);
    else return status === 6 ? "validated" : "imported";
  }
  throw new Error("it never ends");
}
