import { env } from "cloudflare:test";
import { settingsOf } from "../../../src/env.ts";
import { sweepImports } from "../../../src/imports/pipeline/sweep.ts";
import type { ImportMessage } from "../../../src/jobs/message.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import type { Around } from "../../harness/bindings.ts";
import { inTrouble } from "../../harness/databases/sick-database.ts";
import type { TestCompany } from "../../harness/factories.ts";

export const FILE = `email\n${Array.from({ length: 12 }, (_, n) => (n === 1 ? "bad" : `lead-${n}@leads.test`)).join("\n")}`;

export const STALLED_AFTER = settingsOf(env).stalledAfter;

export async function rowOf(company: TestCompany, code: string) {
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number | string | null>>();
  if (!row) throw new Error("no import");
  return row;
}

/** Sweeps, and lets the queue have nothing. @returns the codes that would have been sent. */
export async function sweep(now: number, send: (code: string) => void = () => {}): Promise<string[]> {
  const sent: string[] = [];
  const queue = {
    async send({ import_code: code }: ImportMessage) {
      send(code);
      sent.push(code);
    },
  };
  await sweepImports(openScheduledRun({ ...env, IMPORTS: queue } as unknown as Env, now));
  return sent;
}

/** Trouble with every call of one database. */
export function sickIn(database: string): Around {
  return ({ binding }, call) => {
    const trouble = {
      message: "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
      tookEffect: false,
    };
    return binding === database ? inTrouble(trouble, call) : call();
  };
}

/** Sends nothing to any queue. */
export const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;

/** A slice that is over after one chunk. */
export function oneChunk() {
  let steps = 1;
  return { over: () => steps-- === 0 };
}
