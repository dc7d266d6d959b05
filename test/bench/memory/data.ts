const FIRST_COMPANY = 900_000;
const LEADS = 50_000;
const LARGE_LEADS = 100;
/** As much as a body of 1 MiB brings: 45 custom fields of 20,000 letters. */
const LARGE_FIELDS = 45;
const IMPORTS = 10;

export const SMALL_COMPANY = FIRST_COMPANY;
export const MANY_LEADS_COMPANY = FIRST_COMPANY + 1;
export const LARGE_LEADS_COMPANY = FIRST_COMPANY + 2;
/** Of slow uploads, whose imports a run leaves behind: no other import waits for them. */
export const UPLOAD_COMPANY = FIRST_COMPANY + 3;
export const IMPORT_COMPANIES = Array.from({ length: IMPORTS }, (_, at) => FIRST_COMPANY + 4 + at);

/** Companies of the demo's owner: one of few leads, one of many, one of large ones, and one for each import. */
export async function fill({ DIRECTORY: directory, LEADS_0: store }: Env): Promise<void> {
  const owner = "(SELECT id FROM users WHERE email = 'owner@demo.test')";
  for (const id of [
    SMALL_COMPANY,
    MANY_LEADS_COMPANY,
    LARGE_LEADS_COMPANY,
    UPLOAD_COMPANY,
    ...IMPORT_COMPANIES,
  ]) {
    await directory.batch(
      [
        `INSERT INTO companies (id, name, lead_store, country, created_at, updated_at) VALUES (${id}, 'C', 0, 'MX', 1, 1)`,
        `INSERT INTO company_ancestors (company_id, ancestor_id, depth) VALUES (${id}, ${id}, 0)`,
        `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (${owner}, ${id}, 1, 0, 1)`,
      ].map((sql) => directory.prepare(sql)),
    );
  }
  const insert = (companyId: number, count: number, columns: string, values: string) =>
    store.batch([
      store.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
         INSERT INTO leads (company_id, email, stage_id, created_at, updated_at, ${columns})
         SELECT ${companyId}, 'lead' || i || '@example.test', 1, i, i, ${values} FROM n`,
      ),
      store.prepare(`INSERT INTO lead_counts (company_id, leads) VALUES (${companyId}, ${count})`),
    ]);
  await insert(MANY_LEADS_COMPANY, LEADS, "notes", "printf('%.*c', 600, 'x')");
  await insert(
    LARGE_LEADS_COMPANY,
    LARGE_LEADS,
    "custom_fields",
    `(SELECT json_group_object('field ' || value, printf('%.*c', 20000, 'y'))
      FROM json_each('${JSON.stringify(Array.from({ length: LARGE_FIELDS }, (_, at) => at))}'))`,
  );
}
