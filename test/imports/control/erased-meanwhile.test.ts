import { expect, test } from "vitest";
import { createCompany, createUser } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";
import { ask } from "./asked.ts";

/** An import, its caller, and an erasure of the company that has not ended and takes the import in. */
async function beingErased(change: string) {
  const company = await createCompany({ store: 1 });
  const user = await createUser({ access: [{ company, role: "manager" }] });
  const code = await prepareImport(company, "email\nback@erased.test\n");
  const { database } = company;
  await database.prepare(`UPDATE imports SET ${change} WHERE import_code = ?`).bind(code).run();
  const erasure = await database
    .prepare(
      `INSERT INTO erasures (company_id, requested_by, imports_up_to, created_at, moved_at, queued_at)
       SELECT company_id, 1, id, 1, 1, ?2 FROM imports WHERE import_code = ?1 RETURNING id`,
    )
    .bind(code, Date.now() + 3_600_000)
    .first<number>("id");
  const end = () => database.prepare("UPDATE erasures SET finished_at = 2 WHERE id = ?").bind(erasure).run();
  const leads = () =>
    database.prepare("SELECT count(*) AS n FROM leads WHERE company_id = ?").bind(company.id).first("n");
  return { code, token: user.token, erasure, end, leads };
}

test.each([
  ["commit", "not_committable", `status = 6, dry_run = 1, finished_at = ${Date.now()}`],
  ["retry", "import_not_retryable", "status = 5, finished_at = 1"],
] as const)("a %s waits until an erasure that takes the import in has ended", async (control, code, row) => {
  const begun = await beingErased(row);
  const refused = await ask(control, begun.code, begun.token);
  expect(refused).toMatchObject({ status: 409, body: { code } });
  expect(refused.body.detail).toContain(`wait until the erasure ${begun.erasure} has ended`);
  await begun.end();
  expect((await ask(control, begun.code, begun.token)).status).toBe(202);
  await runToEnd(begun.code, undisturbed);
  expect(await begun.leads()).toBe(1);
});
