import { env } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { app } from "../../src/app.ts";
import { sweepImports } from "../../src/imports/pipeline/sweep.ts";
import { openScheduledRun } from "../../src/jobs/scheduled-run.ts";
import { bodyOf, problemOf, requestOf } from "../harness/api.ts";
import { type Around, surround } from "../harness/bindings.ts";
import { D1_TROUBLE } from "../harness/databases/sick-database.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { prepareImport } from "../harness/import-run.ts";

vi.spyOn(console, "error").mockImplementation(() => {});

const sick: Around = ({ binding }, call) =>
  binding === "LEADS_0" ? Promise.reject(new Error(D1_TROUBLE[0])) : call();

const inTrouble = surround(env, sick, async () => {});
const ask = (path: string, token: string) => app.fetch(requestOf(path, { token }), inTrouble);

async function createCompanies() {
  const [onSick, onHealthy] = [await createCompany({ store: 0 }), await createCompany({ store: 1 })];
  const access = [onSick, onHealthy].map((company) => ({ company, role: "owner" as const }));
  return { onSick, onHealthy, token: (await createUser({ access })).token };
}

test("a list over stores has what the others hold, and names the one that does not answer", async () => {
  const { onSick, onHealthy, token } = await createCompanies();
  await prepareImport(onSick, "email\na@leads.test");
  const code = await prepareImport(onHealthy, "email\na@leads.test");
  const { import_files, meta } = await bodyOf(ask("/import", token));
  expect(import_files).toMatchObject([{ import_code: code }]);
  expect(meta).toMatchObject({ total_records: 1, unavailable_stores: [0] });
});

test("the list of companies stands without the cycles of a sick store", async () => {
  const { onSick, onHealthy, token } = await createCompanies();
  for (const { id } of [onSick, onHealthy]) {
    await env.DIRECTORY.prepare("UPDATE companies SET cycles_enabled = 1 WHERE id = ?").bind(id).run();
  }
  const { companies, meta } = await bodyOf(ask("/companies?sort=id", token));
  expect(companies).toMatchObject([
    { id: onSick.id, current_cycle: null },
    { id: onHealthy.id, current_cycle: null },
  ]);
  expect(meta).toMatchObject({ total_records: 2, unavailable_stores: [0] });
});

test("what lies in the sick store alone is a 503 that says when to ask again", async () => {
  const { onSick, onHealthy, token } = await createCompanies();
  const answer = await ask(`/companies/${onSick.id}/leads`, token);
  expect(answer.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
  expect(await problemOf(answer, 503)).toMatchObject({ code: "unavailable" });
  const filtered = await ask(`/import?company_id_eq=${onSick.id}`, token);
  expect(await problemOf(filtered, 503)).toMatchObject({ code: "unavailable" });
  await bodyOf(ask(`/companies/${onHealthy.id}/leads`, token));
});

test("the sweeper serves the stores that answer", async () => {
  const { onHealthy } = await createCompanies();
  const code = await prepareImport(onHealthy, "email\na@leads.test");
  const sent: unknown[] = [];
  const swept = surround(env, sick, async (message) => void sent.push(message));
  await sweepImports(openScheduledRun(swept, Date.now() + 24 * 60 * 60 * 1000));
  expect(sent).toContainEqual(expect.objectContaining({ import_code: code }));
});
