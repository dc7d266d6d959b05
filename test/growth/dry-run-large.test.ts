import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import { call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { ask } from "../imports/control/asked.ts";
import { plansOf, quiet } from "../imports/dry-run/dry-run.ts";

/** `DRY_RUN_RECORDS=100000 node test/run.ts <this file>` for what people import. */
const RECORDS = Number(env.DRY_RUN_RECORDS) || 5_000;
/** So many leads come in between. */
const ADDED = 500;

const file = ["Email,Phone,First name,City,Stage,Color"]
  .concat(
    Array.from(
      { length: RECORDS },
      (_, n) => `lead-${n}@leads.test,,Name ${n},Lima,${n % 3 ? "new" : "won"},${n % 2 ? "red" : "blue"}`,
    ),
  )
  .join("\n");

async function timed(code: string): Promise<number> {
  const start = Date.now();
  await deliver(code, { env: quiet(), limits: CHUNK_LIMITS });
  return Date.now() - start;
}

async function committed(company: TestCompany, between: () => Promise<void>) {
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const code = await prepareImport(company, file, "skip", null, "MX", { dryRun: true });
  const tried = await timed(code);
  expect(await plansOf(company, code)).toBe(0);
  await between();
  expect((await ask("commit", code, token)).status).toBe(202);
  const imported = await timed(code);
  const { import_file } = (await (await call(`/import/${code}`, { token })).json()) as {
    import_file: { created_records: number; drift: unknown };
  };
  return { ...import_file, tried, imported };
}

it("announces what the import of a large file comes to, and exactly what leads in between change of it", async () => {
  const alone = await committed(await createCompany(), async () => {});
  expect([alone.created_records, alone.drift]).toEqual([RECORDS, null]);

  const company = await createCompany();
  const crowded = await committed(company, async () => {
    const added = ["Email"].concat(
      Array.from({ length: ADDED }, (_, n) => `lead-${n * Math.floor(RECORDS / ADDED)}@leads.test`),
    );
    await deliver(await prepareImport(company, added.join("\n")), { env: quiet(), limits: CHUNK_LIMITS });
  });
  expect(crowded.drift).toEqual({
    created_records: -ADDED,
    duplicate_records: ADDED,
    differing_records: ADDED,
  });
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    `${RECORDS} records: dry run ${alone.tried} ms and import ${alone.imported} ms, drift ${JSON.stringify(alone.drift)}; ` +
      `with ${ADDED} leads in between ${crowded.tried} ms and ${crowded.imported} ms, drift ${JSON.stringify(crowded.drift)}`,
  );
}, 600_000);
