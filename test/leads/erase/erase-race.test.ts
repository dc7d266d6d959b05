import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { app } from "../../../src/app.ts";
import { sweepErasures } from "../../../src/erasures/consume-erasures.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call, problemOf, requestOf, upload, waitForImport } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";

/** A person is asked to be erased at the very moment in which an import begins that has them in it. */

const CSV = "email,first_name\npia@race.test,Pia\n";

let company: TestCompany;
let owner: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

/** Sends a request, and does something right before the transaction that begins the erasure, and right after it. */
async function askWhile(
  path: string,
  json: object | undefined,
  before: () => Promise<unknown>,
  after: () => Promise<unknown> = async () => {},
) {
  let done = false;
  const around: Around = async ({ binding, name, reads }, run) => {
    if (binding === "LEADS_1" && name === "batch" && !reads && !done) {
      done = true;
      await before();
      return run().finally(after);
    }
    return run();
  };
  const context = createExecutionContext();
  const asked = requestOf(path, { method: "POST", token: owner.token, ...(json && { json }) });
  const answer = await app.fetch(
    asked,
    surround(env, around, async () => {}),
    context,
  );
  await waitOnExecutionContext(context);
  expect(done).toBe(true);
  return answer;
}

const begunErasures = () =>
  company.database
    .prepare("SELECT count(*) AS n FROM erasures WHERE company_id = ?")
    .bind(company.id)
    .first<number>("n");

const leadsOfPerson = () =>
  company.database
    .prepare("SELECT count(*) AS n FROM leads WHERE company_id = ? AND email = 'pia@race.test'")
    .bind(company.id)
    .first<number>("n");

const commit = (code: string) => call(`/import/${code}/commit`, { method: "POST", token: owner.token });

test.each([
  ["a dry run is committed", "&dry_run=true"],
  ["a file is sent", null],
])("nobody is erased by a key in the moment in which %s", async (_, dryRun) => {
  const planned = dryRun === null ? null : await upload(owner.token, company.id, CSV, dryRun);
  if (planned) await waitForImport(planned.import_code, owner.token);
  let code = planned?.import_code ?? "";
  const answer = await askWhile(`/companies/${company.id}/erasures`, { email: "pia@race.test" }, async () => {
    if (planned) await bodyOf(commit(code), 202);
    else code = (await upload(owner.token, company.id, CSV)).import_code;
  });
  const { code: refusal } = await problemOf(answer, 409);
  expect(["import_running", "lead_exists"]).toContain(refusal);
  expect(await begunErasures()).toBe(0);
  await waitForImport(code, owner.token);
  expect(await leadsOfPerson()).toBe(1);
});

test("a lead that somebody makes in that moment is theirs to erase", async () => {
  const answer = await askWhile(`/companies/${company.id}/erasures`, { email: "pia@race.test" }, () =>
    createLead(company, { email: "pia@race.test" }),
  );
  expect(await problemOf(answer, 409)).toMatchObject({ code: "lead_exists" });
  expect(await begunErasures()).toBe(0);
});

test("a lead is not erased in the moment in which an import that met it runs again", async () => {
  const { import_code: code } = await upload(owner.token, company.id, CSV);
  await waitForImport(code, owner.token);
  const set = (status: number) =>
    company.database.prepare("UPDATE imports SET status = ? WHERE import_code = ?").bind(status, code).run();
  const id = await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ?")
    .bind(company.id)
    .first<number>("id");
  const answer = await askWhile(`/leads/${id}/erase`, undefined, () => set(1));
  expect(await problemOf(answer, 409)).toMatchObject({ code: "import_running" });
  expect([await begunErasures(), await leadsOfPerson()]).toEqual([0, 1]);
  await set(2);
});

test("what an import made of the person that ended in that moment is erased with them", async () => {
  const { import_code: code } = await upload(owner.token, company.id, CSV);
  await waitForImport(code, owner.token);
  const set = (status: number) =>
    company.database.prepare("UPDATE imports SET status = ? WHERE import_code = ?").bind(status, code).run();
  const id = await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ?")
    .bind(company.id)
    .first<number>("id");
  const end = async () => {
    await company.database.prepare("UPDATE leads SET email = 'pia@new.test' WHERE id = ?").bind(id).run();
    await createLead(company, { email: "pia@new.test", phone: null, deletedAt: Date.now() });
    await set(2);
  };
  const answer = await askWhile(`/leads/${id}/erase`, undefined, () => set(1), end);
  expect(answer.status).toBe(202);
  const left = await company.database
    .prepare("SELECT count(*) AS n FROM leads WHERE company_id = ? AND email IS NOT NULL")
    .bind(company.id)
    .first<number>("n");
  expect(left).toBe(0);
});

test("an import that waits while a lead is erased does not make the person a lead again", async () => {
  const { id } = await createLead(company, { email: "pia@race.test" });
  const code = await prepareImport(company, CSV);
  await bodyOf(call(`/leads/${id}/erase`, { method: "POST", token: owner.token }), 202);
  await runToEnd(code, undisturbed);
  for (let turn = 0; (await openErasures()) !== 0; turn++) {
    if (turn > 200) throw new Error("the erasure never ends");
    await sweepErasures(openScheduledRun(env, Date.now() + 600_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await leadsOfPerson()).toBe(0);
});

const openErasures = () =>
  company.database
    .prepare("SELECT count(*) AS n FROM erasures WHERE company_id = ? AND finished_at IS NULL")
    .bind(company.id)
    .first<number>("n");
