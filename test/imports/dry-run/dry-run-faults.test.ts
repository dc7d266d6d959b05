import { env } from "cloudflare:test";
import { beforeEach, expect, test, vi } from "vitest";
import { sweepPlans } from "../../../src/imports/dry-run/drop-plan.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { failEachOperation, undisturbed } from "../../harness/failing-operation.ts";
import { aftermath, deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { ask, type Control, FILE } from "../control/asked.ts";
import { beginUndo, deliverUndo, undoOf } from "../undo/undo-run.ts";
import { plansOf, quiet, untouched } from "./dry-run.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

/** One of so many operations fails; with `THOROUGH=1` each of them. */
const STEP = howMany(17, 1);

async function companyWithLeads(): Promise<TestCompany> {
  const company = await createCompany();
  await deliver(
    await prepareImport(company, "Email,First name\nnew-1@leads.test,Before\nnew-2@leads.test,New 2"),
    { env: quiet() },
  );
  return company;
}

const prepare = (company: TestCompany, dryRun: boolean) =>
  prepareImport(company, FILE, "update", null, "MX", { dryRun });

const statusOf = ({ database }: TestCompany, code: string) =>
  database.prepare("SELECT status FROM imports WHERE import_code = ?").bind(code).first<number>("status");

test("a dry run is cancelled, tried again, committed and undone exactly, whatever operation of it fails", async () => {
  const reference = await companyWithLeads();
  const whole = await prepare(reference, false);
  await runToEnd(whole, undisturbed);
  const expected = await aftermath(reference, whole);

  const operations = await failEachOperation(async (around, what) => {
    const company = await companyWithLeads();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const before = await untouched(company);
    const code = await prepare(company, true);
    const sliced = { newSlice: sliceOf(14) };
    await deliver(code, { env: surround(env, around, async () => {}), ...sliced });
    await untilAccepted("cancel");
    await runToEnd(code, around, sliced);
    expect(await statusOf(company, code), what()).toBe(5);
    await untilAccepted("retry");
    await runToEnd(code, around, sliced);
    expect(await statusOf(company, code), what()).toBe(6);
    expect(await untouched(company), what()).toEqual(before);
    await untilAccepted("commit");
    await runToEnd(code, around, sliced);
    expect(await aftermath(company, code), what()).toEqual(expected);
    await beginUndo(company, code);
    for (let tries = 0; (await undoOf(company, code)).finished === 0; tries++) {
      expect(tries, what()).toBeLessThan(20);
      await deliverUndo(code, { env: surround(env, around, async () => {}), leaseMs: 0 });
    }
    const { leads } = await untouched(company);
    expect(leads, what()).toEqual(before.leads);

    /** As a client does that got no 202: with the same key it is done once. */
    async function untilAccepted(control: Control) {
      const headers = { "Idempotency-Key": `${control}-${code}` };
      const tries: Around[] = [around, undisturbed];
      const answers: number[] = [];
      for (const how of tries) {
        if (answers.at(-1) !== 202) answers.push((await ask(control, code, token, how, headers)).status);
      }
      expect(answers.at(-1), what()).toBe(202);
    }
  }, STEP);
  // biome-ignore lint/suspicious/noConsole: the figure of the test.
  console.log(`faults: ${operations} operations, each ${STEP} before and after it took effect`);
  expect(operations).toBeGreaterThan(40);
}, 600_000);

test("a plan that a dry run has left behind goes with the sweeper", async () => {
  const company = await companyWithLeads();
  const code = await prepare(company, true);
  await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
  expect(await plansOf(company, code)).toBeGreaterThan(0);
  await sweepPlans(openScheduledRun(env, Date.now()));
  expect(await plansOf(company, code)).toBeGreaterThan(0);
  await company.database.prepare("UPDATE imports SET status = 4 WHERE import_code = ?").bind(code).run();
  await sweepPlans(openScheduledRun(env, Date.now()));
  expect(await plansOf(company, code)).toBe(0);
});
