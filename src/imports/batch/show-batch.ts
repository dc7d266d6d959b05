import type * as z from "zod";
import type { Tenant } from "../../db/leads/tenant.ts";
import { notFound } from "../../errors.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import type { Candidate } from "../matching/decide-outcomes.ts";
import { findKnownLeads, lookUpOf } from "../matching/find-known-leads.ts";
import { KnownLeads } from "../matching/known-leads.ts";
import type { RejectionCode } from "../matching/refusal.ts";
import { codeText } from "../report/error-texts/texts.ts";
import type { BatchAnswer } from "./batch-schemas.ts";
import type { WrittenBatch } from "./write-batch.ts";

type Answer = z.input<typeof BatchAnswer>;
type Result = Answer["results"][number];

interface Ledger extends Omit<Answer["ledger"], "total_records"> {
  import_code: string;
}

/** What of the leads of a chunk the import has created: they are the first ones after those that were there before. */
const CREATED = `SELECT l.record_number AS record, l.id AS lead
  FROM import_chunks c CROSS JOIN leads l ON l.id > c.leads_after AND l.id <= c.leads_after + c.records
  WHERE c.import_id = ?1 AND l.import_id = ?1 AND l.deleted_at IS NULL`;

/**
 * The answer to a batch, read from what was written: the first time as to a repetition.
 *
 * @throws 404 where the batch is there no more.
 */
export async function showBatch(tenant: Tenant, batch: WrittenBatch): Promise<Answer> {
  const { id, cleaned, refusals } = batch;
  const { client } = tenant;
  const [ledger, created, matched, rejected] = await client.batch<Record<string, number | string>>([
    client
      .prepare(
        `SELECT import_code, created_records, updated_records, unchanged_records, duplicate_records, failed_records,
           warning_records FROM imports WHERE id = ?1`,
      )
      .bind(id),
    client.prepare(CREATED).bind(id),
    client
      .prepare(
        `SELECT m.record_number AS record, m.lead_id AS lead, m.changed FROM import_matches m WHERE m.import_id = ?1`,
      )
      .bind(id),
    client
      .prepare("SELECT record_number AS record, code, reason FROM import_rejections WHERE import_id = ?1")
      .bind(id),
  ]);
  const [counts] = (ledger?.results ?? []) as unknown as Ledger[];
  if (!counts) throw notFound();
  const { import_code, ...outcomes } = counts;
  const known = new Map<number, Omit<Result, "index">>();
  for (const { record, lead } of rows(created)) known.set(record, { outcome: "created", lead_id: lead });
  for (const { record, lead, changed } of rows(matched)) {
    known.set(record, { outcome: changed ? "updated" : "unchanged", lead_id: lead });
  }
  const reasons = new Map(cleaned.rejections.map(({ record, rejection }) => [record, rejection.reason]));
  for (const { record, code, reason } of rows(rejected)) {
    const said = reasons.get(record) ?? refusals.get(record)?.reason ?? reason;
    known.set(record, { outcome: "failed", code, reason: said || codeText(code, "rejected", "en") });
  }
  const others = cleaned.leads.filter(({ record }) => !known.has(record));
  const holders = await findHolders(tenant, batch, others);
  for (const { record } of others) {
    const lead = holders.get(record);
    known.set(record, lead === undefined ? { outcome: "gone" } : { outcome: "duplicate", lead_id: lead });
  }
  const warnings = new Map(cleaned.leads.map(({ record, lead }) => [record, lead.warnings]));
  return {
    import_code,
    results: Array.from({ length: cleaned.records }, (_, index) => {
      const result = known.get(index + 1) ?? { outcome: "gone" as const };
      const warned = result.outcome === "failed" ? null : warnings.get(index + 1);
      return {
        index,
        ...result,
        ...(warned && { warnings: warned.map(({ code, column }) => ({ code, column })) }),
      };
    }),
    ledger: { total_records: cleaned.records, ...outcomes },
  };
}

interface OutcomeRow {
  record: number;
  lead: number;
  changed: number;
  code: RejectionCode;
  reason: string;
}

function rows(result: D1Result | undefined): OutcomeRow[] {
  return (result?.results ?? []) as OutcomeRow[];
}

/** The leads whose person records are that were passed over, by record. */
async function findHolders(
  { client }: Tenant,
  { id, target: { companyId, matchBy } }: WrittenBatch,
  others: readonly Candidate[],
): Promise<Map<number, number>> {
  const holders = new Map<number, number>();
  if (others.length === 0) return holders;
  const keys: readonly MatchKey[] = matchBy;
  const records = others.map(({ lead }) => lead);
  const { leads } = await findKnownLeads(
    client,
    lookUpOf({ companyId, importId: id }, records, keys, false, false, null),
  );
  const known = new KnownLeads(leads);
  for (const { record, lead } of others) {
    const [match] = known.find(lead, keys).keys();
    if (match && match.id !== null) holders.set(record, match.id);
  }
  return holders;
}
