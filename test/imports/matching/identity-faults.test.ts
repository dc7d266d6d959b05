import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import type { MatchKey } from "../../../src/leads/duplicates/match-keys.ts";
import { randomOf } from "../../fixtures/random.ts";
import { call } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { failEachOperation, failSometimes, undisturbed } from "../../harness/failing-operation.ts";
import { aftermath, deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { copyLeads } from "../../harness/leads.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

const BEFORE = [
  "email,phone,external_id,notes",
  "a@leads.test,,x-1,First",
  ",+525512345601,,Only a phone",
  "b@leads.test,+525512345602,,",
  "c@leads.test,+525512345602,,",
].join("\n");

/** A record for each thing that can come of who it is; see the model for what that is. */
const FILE = [
  "email,phone,external_id,notes,first_name",
  "A@leads.test,,,Second,Met by its e-mail",
  "new@leads.test,+525512345601,,,Brings the phone's lead an e-mail",
  ",+525512345602,,,Two have the phone",
  "a@leads.test,+525512345603,,,Too late",
  "d@leads.test,+525512345604,x-4,,New",
  ",+525512345604,,,The same new one",
  "a@leads.test,,x-4,,Two by their keys",
  "e@leads.test,,x-1,,Has another's id",
  ",,x-9,,Nothing but an id",
  "f@leads.test,[clear],,[clear],New as well",
  "b@leads.test,[clear],x-2,Kept,Loses its phone",
  ",+525512345602,,,One has the phone now",
].join("\n");

const MAPPING = {
  email: "email",
  notes: { to: "notes", rule: "append" as const },
  first_name: { to: "first_name", rule: "fill_empty" as const },
};

type How = readonly ["skip" | "update" | "create", readonly MatchKey[]];

const HOW: [How, ...How[]] = [
  ["skip", ["email", "phone"]],
  ["update", ["email", "phone"]],
  ["update", ["external_id", "email", "phone"]],
  ["create", ["external_id", "email", "phone"]],
];

const CHUNKS = { ...CHUNK_LIMITS, records: 5 };

/** A company that the leads of {@link BEFORE} were imported into. */
async function importBefore(): Promise<TestCompany> {
  const company = await createCompany();
  await deliver(await prepareImport(company, BEFORE), { env: surround(env, undisturbed, async () => {}) });
  return company;
}

let imported: Promise<TestCompany> | undefined;

async function prepare([mode, matchBy]: How) {
  imported ??= importBefore();
  const [from, company] = [await imported, await createCompany()];
  await copyLeads(from, company);
  const code = await prepareImport(company, FILE, mode, null, "MX", {
    matchBy: [...matchBy],
    mapping: MAPPING,
  });
  return { company, code };
}

const run = (code: string, around: Around, differs: Parameters<typeof runToEnd>[2] = {}) =>
  runToEnd(code, around, { newSlice: sliceOf(14), limits: CHUNKS, ...differs });

describe.each(HOW.map((how, first) => [...how, first] as const))(
  "an import of who is who, %s by %s",
  (mode, matchBy, first) => {
    const how: How = [mode, matchBy];

    it("comes out the same whatever operation fails, before or after it took effect", async () => {
      const reference = await prepare(how);
      await run(reference.code, undisturbed);
      const expected = await aftermath(reference.company, reference.code);
      expect(expected).toMatchObject({ row: { status: 3, total_records: 12 }, miscounted: [{ leads: 0 }] });
      const failures = await failEachOperation(
        async (around, what) => {
          const { company, code } = await prepare(how);
          await run(code, around);
          expect(await aftermath(company, code), what()).toEqual(expected);
        },
        undefined,
        first,
      );
      expect(failures).toBeGreaterThan(12);
    });
  },
);

const SEEDS = howMany(6, 100);

it("comes out the same under 2 to 5 deliveries at once, many times", async () => {
  const expected = new Map<How, unknown>();
  for (const how of HOW) {
    const { company, code } = await prepare(how);
    await run(code, undisturbed);
    expected.set(how, await aftermath(company, code));
  }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = randomOf(seed, 1);
    const how = HOW[seed % HOW.length] ?? HOW[0];
    const { company, code } = await prepare(how);
    const around = failSometimes(random);
    const differs = seed % 2 ? {} : { leaseMs: 0 };
    const deliveries = 2 + Math.floor(random() * 4);
    await Promise.all(Array.from({ length: deliveries }, () => run(code, around, differs)));
    await deliver(code);
    expect(await aftermath(company, code), `seed ${seed}, ${how}`).toEqual(expected.get(how));
  }
});

/** Leads of a company that are one person without one being a copy. */
async function doubles(company: TestCompany): Promise<unknown[]> {
  const { results } = await company.database
    .prepare(
      `SELECT a.id, b.id FROM leads a JOIN leads b ON b.company_id = a.company_id AND b.id > a.id
         AND (b.email = a.email OR b.external_id = a.external_id
           OR (b.phone = a.phone AND (a.email IS NULL OR b.email IS NULL)))
       WHERE a.company_id = ? AND a.duplicate_of IS NULL AND b.duplicate_of IS NULL
         AND a.deleted_at IS NULL AND b.deleted_at IS NULL`,
    )
    .bind(company.id)
    .all();
  return results;
}

it("sees leads that people create, change and delete between its look-up and its chunk", async () => {
  for (let seed = 1; seed <= howMany(4, 12); seed++) {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const person = (n: number) => ({ email: `p${n}@leads.test`, phone: `+52551234570${n}` });
    const lines = Array.from({ length: 9 }, (_, n) =>
      n % 3 ? `${person(n).email},${person(n).phone}` : `,${person(n).phone}`,
    );
    const code = await prepareImport(
      company,
      `email,phone\n${lines.join("\n")}`,
      seed % 2 ? "update" : "skip",
    );
    const made: number[] = [];
    let calls = 0;
    const around: Around = async (operation, callIt) => {
      const result = await callIt();
      // After each look-up, and so before the chunk that was decided by it.
      if (operation.binding.startsWith("LEADS") && operation.name === "all" && calls++ < 9) {
        const n = (calls * seed) % 9;
        const answer = await call(`/companies/${company.id}/leads`, {
          token,
          method: "POST",
          json: n % 2 ? person(n) : { phone: person(n).phone },
        });
        const { lead } = (await answer.json()) as { lead?: { id: number } };
        if (lead) made.push(lead.id);
        const [first] = made;
        if (calls % 4 === 0 && first) await call(`/leads/${made.shift()}`, { token, method: "DELETE" });
        if (calls % 3 === 0 && made[0]) {
          await call(`/leads/${made[0]}`, {
            token,
            method: "PUT",
            json: { phone: person((n + 1) % 9).phone },
          });
        }
      }
      return result;
    };
    await runToEnd(code, around, { limits: { ...CHUNK_LIMITS, records: 3 } });
    expect(await doubles(company), `seed ${seed}`).toEqual([]);
    const { row, miscounted } = (await aftermath(company, code)) as Record<string, never>;
    expect(row, `seed ${seed}`).toMatchObject({ total_records: 9 });
    expect(miscounted, `seed ${seed}`).toEqual([{ leads: 0 }]);
  }
});
