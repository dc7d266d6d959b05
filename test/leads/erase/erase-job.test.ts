import { createMessageBatch, env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { originOfJob } from "../../../src/audit/outbox/write.ts";
import { openLeads } from "../../../src/db/clients.ts";
import { leads } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { consumeErasures, sweepErasures } from "../../../src/erasures/consume-erasures.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import type { Slice } from "../../../src/jobs/slice.ts";
import { eraseLead } from "../../../src/leads/erase/erase-lead.ts";
import { type Around, type Operation, surround } from "../../harness/bindings.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { failOperations } from "../../harness/failing-operation.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

describe("the job", () => {
  /** An import with an error file of others, and one of the person in it; and their lead's erasure, not begun. */
  async function begin(name: string) {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "owner" }] });
    const rejected = [`${name}@,,`, `"x ${name}@example.test",,`, "other@,,"];
    const text = `email,phone,notes\n${rejected.join("\n")}\nkept@${name}.test,,\n`;
    const code = await prepareImport(own, text);
    await deliver(code);
    const lead = await createLead(own, {
      email: `${name}@example.test`,
      phone: null,
    });
    const bindings = { ...env, ERASURES: { send: async () => {} } } as unknown as Env;
    const tenant = mintTenant(own.store, own.database, [own.id]);
    const row = await openLeads(own.database).select().from(leads).where(eq(leads.id, lead.id)).get();
    const { id } = await eraseLead(bindings, tenant, row as never, {
      ...originOfJob(Date.now()),
      actor: { kind: "user", userId: user.id },
    });
    return { own, code, id };
  }

  /** Everything that an erasure leaves, but for ids and times. */
  async function leftOf({ own, code, id }: Awaited<ReturnType<typeof begin>>) {
    const row = await own.database
      .prepare("SELECT file_key, error_file_key FROM imports WHERE import_code = ?")
      .bind(code)
      .first<{ file_key: string; error_file_key: string }>();
    const files = (await env.FILES.list({ prefix: `imports/${code}/` })).objects.map(({ key }) => key);
    const report = await env.FILES.get(row?.error_file_key ?? "");
    const erasure = await own.database
      .prepare(
        "SELECT person, phase, progress, rewritten_error_files, removed_originals FROM erasures WHERE id = ?",
      )
      .bind(id)
      .first();
    return { original: row?.file_key, files: files.length, report: await report?.text(), erasure };
  }

  /** Delivers until the erasure is done: what was sent, else what the sweeper would send later. */
  async function run(id: number, around: Around, newSlice?: () => Slice): Promise<void> {
    let later = 0;
    const bindings = surround(env, around, async () => {});
    for (let deliveries = 0; ; deliveries++) {
      if (deliveries > 100) throw new Error("the erasure never ends");
      const message = {
        id: "m",
        timestamp: new Date(),
        attempts: 1,
        body: { kind: "erasure", store: 0, erasure_id: id },
      };
      const batch = createMessageBatch("leadsy-erasures", [message]);
      const now = () => Date.now() + later;
      await consumeErasures(batch as never, bindings, { now, ...(newSlice && { newSlice }) });
      const done = "SELECT finished_at IS NOT NULL AS done FROM erasures WHERE id = ?";
      if ((await env.LEADS_0.prepare(done).bind(id).first("done")) === 1) return;
      later += 600_000;
    }
  }

  test("comes out the same whatever operation fails, and at no instant is an error file missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const reference = await begin("reference");
    const operations: Operation[] = [];
    await run(reference.id, (operation, call) => {
      operations.push(operation);
      return call();
    });
    const expected = await leftOf(reference);
    expect(expected).toMatchObject({
      original: "",
      files: 1,
      erasure: {
        person: null,
        phase: "done",
        progress: null,
        rewritten_error_files: 1,
        removed_originals: 1,
      },
    });
    expect(expected.report).toContain("other@");
    expect(expected.report).not.toContain("reference@example.test");
    expect(operations.length).toBeGreaterThan(12);
    const attempt: Parameters<typeof failOperations>[2] = async (around, what) => {
      const name = what.replace(" ", "");
      const begun = await begin(name);
      await run(begun.id, (operation, call) =>
        around(operation, async () => {
          const result = await call();
          const key = await begun.own.database
            .prepare("SELECT error_file_key FROM imports WHERE import_code = ?")
            .bind(begun.code)
            .first<string>("error_file_key");
          expect(await env.FILES.head(key ?? "")).not.toBeNull();
          return result;
        }),
      );
      const left = await leftOf(begun);
      expect(left.report?.replaceAll(name, "reference"), what).toEqual(expected.report);
      expect({ ...left, report: expected.report }, what).toEqual(expected);
    };
    await failOperations(operations, [...operations.keys()], attempt, howMany(5, 1));
  });

  test("goes on step by step where its slices are short", async () => {
    const begun = await begin("short");
    await run(
      begun.id,
      (_, call) => call(),
      () => ({ over: () => true }),
    );
    expect(await leftOf(begun)).toMatchObject({ original: "", files: 1, erasure: { phase: "done" } });
  });

  test("goes on in the answers of the store where its progress is a number, as it once was", async () => {
    const { own, id } = await begin("halfway");
    const body = JSON.stringify({ company_id: own.id, email: "halfway@example.test" });
    const insert = own.database.prepare(
      `INSERT INTO keyed_requests
         (key_hash, operation, fingerprint, lease_id, leased_until, object_id, status, body, created_at)
       VALUES (?1, 'createLead', 'f', 'l', 0, 1, 201, ?2, ?3) RETURNING rowid AS place`,
    );
    const place = await insert.bind(crypto.randomUUID(), body, Date.now()).first<number>("place");
    await own.database
      .prepare("UPDATE erasures SET phase = 'answers', progress = ?2 WHERE id = ?1")
      .bind(id, String((place ?? 0) - 1))
      .run();
    await run(id, (_, call) => call());
    const left = "SELECT body FROM keyed_requests WHERE rowid = ?";
    expect(await own.database.prepare(left).bind(place).first("body")).toBeNull();
  });

  test("leaves no word of the person in the index", async () => {
    const { own, id } = await begin("indexed");
    const blocks = () =>
      own.database
        .prepare("SELECT count(*) AS n FROM lead_search_data WHERE instr(block, CAST('qxj' AS BLOB)) > 0")
        .first<number>("n");
    // As it is after an import was indexed: in a segment of its own, and then deleted.
    const row =
      "INSERT INTO lead_search (rowid, lead_name, lead_email) VALUES (77, 'zqxjkvw', 'zqxjkvw@example.test')";
    await own.database.prepare(row).run();
    await own.database.prepare("DELETE FROM lead_search WHERE rowid = 77").run();
    expect(await blocks()).toBeGreaterThan(0);
    await run(id, (_, call) => call());
    expect(await blocks()).toBe(0);
  });
});

test("the sweeper sends again what neither a lease nor a message keeps, first of each company", async () => {
  const own = await createCompany();
  const insert = own.database.prepare(
    `INSERT INTO erasures (company_id, requested_by, imports_up_to, created_at, moved_at, queued_at, leased_until)
     VALUES (?1, 1, 0, 1, 1, ?2, ?3) RETURNING id`,
  );
  const now = Date.now();
  const lost = await insert.bind(own.id, 1, null).first<number>("id");
  await insert.bind(own.id, null, null).run();
  const others = [await createCompany(), await createCompany()];
  await insert.bind(others[0]?.id, now, null).run();
  await insert.bind(others[1]?.id, null, now + 1000).run();
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => sent.push(message) };
  await sweepErasures(openScheduledRun({ ...env, ERASURES: queue } as unknown as Env, now));
  expect(sent).toEqual([{ kind: "erasure", store: 0, erasure_id: lost }]);
  await own.database.prepare("DELETE FROM erasures WHERE person IS NULL AND finished_at IS NULL").run();
});
