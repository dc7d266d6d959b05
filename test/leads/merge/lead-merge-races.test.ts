import { beforeAll, describe, expect, test } from "vitest";
import { call } from "../../harness/api.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { createParty, expectSound, make, manager, merge, rowOf, rows } from "./merge-party.ts";

beforeAll(createParty);

describe("at once", () => {
  const RUNS = howMany(15, 50);

  test("of two merges of each other's leads one wins, and nothing is lost", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [a, b] = [await make({ city: "A" }), await make({ state: "B" })];
      const answers = await Promise.all([merge(a.id, [b.id]), merge(b.id, [a.id])]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
      const [live, ...more] = await rows(
        "SELECT * FROM leads WHERE id IN (?, ?) AND deleted_at IS NULL",
        a.id,
        b.id,
      );
      expect(more).toEqual([]);
      expect(live).toMatchObject({ city: "A", state: "B", duplicate_of: null });
      const [loser] = await rows(
        "SELECT * FROM leads WHERE id IN (?, ?) AND deleted_at IS NOT NULL",
        a.id,
        b.id,
      );
      expect(loser).toMatchObject({ duplicate_of: live?.id });
    }
    await expectSound();
  });

  test("of two merges that want the same lead one gets it", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [a, b, shared] = [await make(), await make(), await make({ city: "Lima" })];
      const answers = await Promise.all([merge(a.id, [shared.id]), merge(b.id, [shared.id])]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
      const winner = answers[0]?.status === 200 ? a : b;
      const stored = await rows(
        "SELECT id, city FROM leads WHERE id IN (?, ?) AND city IS NOT NULL",
        a.id,
        b.id,
      );
      expect(stored).toEqual([{ id: winner.id, city: "Lima" }]);
      expect(await rowOf(shared)).toMatchObject({ duplicate_of: winner.id });
    }
    await expectSound();
  });

  test("a change of a lead that goes is in the lead that stays, or it is refused", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [kept, going] = [await make(), await make()];
      const json = { city: "Lima" };
      const [answer, changed] = await Promise.all([
        merge(kept.id, [going.id]),
        call(`/leads/${going.id}`, { token: manager.token, method: "PUT", json }),
      ]);
      expect(answer.status).toBe(200);
      expect([200, 404]).toContain(changed.status);
      expect(await rowOf(kept)).toMatchObject({ city: changed.status === 200 ? "Lima" : null });
    }
    await expectSound();
  });

  test("a change of the lead that stays and a merge into it both count", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [kept, going] = [await make(), await make({ state: "B" })];
      const json = { city: "Lima" };
      const answers = await Promise.all([
        merge(kept.id, [going.id]),
        call(`/leads/${kept.id}`, { token: manager.token, method: "PUT", json }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await rowOf(kept)).toMatchObject({ city: "Lima", state: "B" });
    }
    await expectSound();
  });
});
