import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sweepUndos } from "../../../src/imports/undo/consume-undos.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { randomOf } from "../../fixtures/random.ts";
import { surround } from "../../harness/bindings.ts";
import { failEachOperation, failSometimes, undisturbed } from "../../harness/failing-operation.ts";
import { sliceOf } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { BEFORE, company, createParty, FILE, idOf, imported } from "./undo-party.ts";
import { beginUndo, deliverUndo, leadsToTheLetter, undoOf } from "./undo-run.ts";

describe("whatever fails", () => {
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
  const LATER_MS = 10 * 60_000;

  /** A company with an import to undo, of which two leads were changed since. */
  async function prepared() {
    await createParty();
    await imported(BEFORE);
    const code = await imported(FILE, "update");
    for (const email of ["old-2@leads.test", "new-3@leads.test"]) {
      await company.database
        .prepare("UPDATE leads SET version = version + 1, city = 'Cusco' WHERE id = ?")
        .bind(await idOf(email))
        .run();
    }
    await beginUndo(company, code);
    return code;
  }

  /** What is left, but for ids and times. */
  async function outcomeOf(code: string) {
    const { leads, tags, history, counted } = await leadsToTheLetter(company);
    const { listed, id: _, ...outcome } = await undoOf(company, code);
    return {
      outcome,
      listed: listed.map(({ record, reason }) => [record, reason]),
      leads: leads.map(({ email, phone, first_name, city, notes, stage_id, version, custom_fields }) => [
        ...[email, phone, first_name, city, notes, stage_id, version, custom_fields],
      ]),
      sizes: [tags.length, history.length, counted],
    };
  }

  test("each record is taken back once: one operation after the other", async () => {
    const code = await prepared();
    await deliverUndo(code);
    const expected = await outcomeOf(code);
    expect(expected.outcome).toMatchObject({ status: 7, deleted: 6, restored: 8, spared: 2 });
    const failures = await failEachOperation(
      async (around, what) => {
        const again = await prepared();
        const disturbed = surround(env, around, async () => {});
        let later = 0;
        for (let turn = 0; (await undoOf(company, again)).finished === 0; turn++) {
          if (turn > 20) throw new Error("the undo never ends");
          const now = () => Date.now() + later;
          await deliverUndo(again, { env: disturbed, newSlice: sliceOf(30), now });
          later += LATER_MS;
        }
        expect(await outcomeOf(again), what()).toEqual(expected);
      },
      howMany(5, 3),
    );
    expect(failures).toBeGreaterThan(20);
  });

  test("each record is taken back once: several deliveries at once, with and without leases", async () => {
    const expected = await (async () => {
      const code = await prepared();
      await deliverUndo(code);
      return outcomeOf(code);
    })();
    for (let seed = 1; seed <= howMany(4, 6); seed++) {
      const code = await prepared();
      const around = failSometimes(randomOf(seed, 3));
      const deliveries = Array.from({ length: 3 }, () =>
        deliverUndo(code, {
          env: surround(env, around, async () => {}),
          ...(seed % 2 && { leaseMs: 0 }),
        }),
      );
      await Promise.all(deliveries);
      const later = () => Date.now() + LATER_MS;
      while ((await undoOf(company, code)).finished === 0) await deliverUndo(code, { now: later });
      expect(await outcomeOf(code), `seed ${seed}`).toEqual(expected);
    }
  });

  test("a lost message is sent again", async () => {
    const code = await prepared();
    const sent: unknown[] = [];
    const disturbed = surround(env, undisturbed, async (message) => void sent.push(message));
    await sweepUndos(openScheduledRun(disturbed, Date.now()));
    expect(sent).toEqual([]);
    await sweepUndos(openScheduledRun(disturbed, Date.now() + LATER_MS));
    expect(sent).toContainEqual({ kind: "undo", import_code: code });
  });
});
