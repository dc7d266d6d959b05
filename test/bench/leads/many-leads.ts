import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { indexStore } from "../../../src/leads/list/search/index-leads.ts";

const AT_ONCE = 20_000;
const ENDLESS = { spend: () => {}, over: () => false };

/**
 * Gives a company so many leads, by SQL alone, and indexes their words: names that occur often and seldom, seven
 * stages, one in two assigned to one of ten users, the latest last.
 *
 * @param userId the first of the ten.
 */
export async function addManyLeads(
  store: D1Database,
  companyId: number,
  userId: number,
  count: number,
): Promise<void> {
  const insert = store.prepare(
    `WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
     INSERT INTO leads (company_id, email, phone, first_name, last_name, company_name, city, source,
       stage_id, assigned_to, custom_fields, created_at, updated_at)
     SELECT ?3, 'lead' || i || '@example.com', '+52' || (5500000000 + i),
       json_extract(?5, '$[' || (i % 20) || ']'), json_extract(?6, '$[' || (i / 20 % 50) || ']') || ' ' || hex(i),
       'Company ' || (i % 5000), 'León', 'fair', 1 + i % 6, iif(i % 2, CAST(?4 AS INTEGER) + i / 2 % 10, NULL),
       json_object('Canal favorito', 'WhatsApp'), CAST(?7 AS INTEGER) + i, CAST(?7 AS INTEGER) + i
     FROM n`,
  );
  const firstNames = JSON.stringify(Array.from({ length: 20 }, (_, index) => `Nombre${index}`));
  const lastNames = JSON.stringify(Array.from({ length: 50 }, (_, index) => `Apellido${index}`));
  const since = Date.now() - count - 1000;
  for (let from = 0; from < count; from += AT_ONCE) {
    const until = Math.min(from + AT_ONCE, count);
    await insert.bind(from, until, companyId, userId, firstNames, lastNames, since).run();
  }
  await store
    .prepare(
      `INSERT INTO lead_counts (company_id, leads) VALUES (?1, ?2)
       ON CONFLICT (company_id) DO UPDATE SET leads = leads + ?2`,
    )
    .bind(companyId, count)
    .run();
  await store
    .prepare("INSERT INTO custom_fields (company_id, name, seen_at) VALUES (?1, 'Canal favorito', ?2)")
    .bind(companyId, Date.now())
    .run();
  await indexStore(mintTenant(0, store, "all"), ENDLESS, AT_ONCE);
}
