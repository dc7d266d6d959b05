import { eq } from "drizzle-orm";
import type { Actor } from "../../auth/actor.ts";
import { findCompanyHome } from "../../companies/queries.ts";
import type { Databases } from "../../db/clients.ts";
import { leadCounts, questions } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { findQuestions } from "../../questions/queries.ts";
import { listStages } from "../../stages/queries.ts";
import { readCursor, writeCursor } from "../list/cursor.ts";
import { resolveLeadFilter } from "../list/filters.ts";
import type { LeadsRequest } from "../list/list-schemas.ts";
import { isScan } from "../list/scan-gate.ts";
import { visibleAssignee } from "../scope.ts";
import { cellsOf } from "./export-cells.ts";
import { csv, type ExportColumn, FIELD_COLUMNS, NEWLINE, otherColumns } from "./export-columns.ts";
import { type Exported, endOf, endOfPart, namesOf, pagesOf, START } from "./export-pages.ts";

const BOM = "\uFEFF";
/** The most custom fields that a file has columns for. */
const MOST_FIELDS = 1000;

/**
 * How many of a company's leads one answer goes over. D1 takes 1,000 statements for one request, and pages are small
 * where leads are large: a million leads of some thousand letters each still fit.
 */
const PART_LEADS = 1_000_000;

/** An export, or a part of one. */
export interface LeadsExport {
  /** The text in pieces. One throws where the leads have more custom fields than a file has columns for. */
  pieces: AsyncGenerator<string>;
  /** Leads to the next part; `null` where this is the last one. */
  nextCursor: string | null;
}

/**
 * Writes the leads that somebody sees of a company and that fit as CSV, page by page: never more than a page is in
 * memory, and the file begins before the first lead is read. Of a company with more leads than one answer can go
 * over it is a part, which begins where the cursor says.
 *
 * @param now milliseconds since 1970: leads that arrive later are left out.
 * @param gone says that nobody reads any more: then nothing more is looked up.
 * @param partLeads how many leads one answer goes over.
 * @throws 400 where a filter or the cursor does not fit.
 */
export async function exportLeads(
  { directory }: Pick<Databases, "directory">,
  { actor, companyId, tenant }: { actor: Actor; companyId: number; tenant: Tenant },
  request: LeadsRequest,
  now: number,
  gone: AbortSignal,
  partLeads = PART_LEADS,
): Promise<LeadsExport> {
  const [stages, company] = await Promise.all([listStages(directory), findCompanyHome(directory, companyId)]);
  const assignee = visibleAssignee(actor, companyId);
  const filter = await resolveLeadFilter(tenant, { companyId, assignee }, stages, request);
  const list = ["export", filter.shape, filter.values];
  const after = request.cursor === undefined ? START : readCursor(list, request.cursor);
  const scanned = isScan(request, assignee) ? companyId : null;
  const whole: Exported = { client: tenant.client, assignee, filter, after, end: endOf(now), scanned, gone };
  const end = (await countedLeads(tenant, companyId)) > partLeads ? await endOfPart(whole, partLeads) : null;
  const exported = end ? { ...whole, end } : whole;
  const country = company?.country ?? null;
  const stageKeys = new Map(stages.map(({ id, key }) => [id, key]));

  async function* pieces(): AsyncGenerator<string> {
    yield BOM + csv([headers(FIELD_COLUMNS)]);
    const others = await columnsOf(tenant, companyId, exported);
    yield (others.length > 0 ? `,${csv([headers(others)])}` : "") + NEWLINE;
    const context = { columns: [...FIELD_COLUMNS, ...others], country, stageKeys };
    yield* pagesOf(exported, (rows) => csv(rows.map((row) => cellsOf(row, context))) + NEWLINE);
  }
  return { pieces: pieces(), nextCursor: end && writeCursor(list, end) };
}

/** How many leads a company has, those that the caller does not see too. */
async function countedLeads({ db }: Tenant, companyId: number): Promise<number> {
  const counted = await db.select().from(leadCounts).where(eq(leadCounts.companyId, companyId)).get();
  return counted?.leads ?? 0;
}

/** What else the leads have: it has to be known before the first of them is written. */
async function columnsOf(tenant: Tenant, companyId: number, exported: Exported): Promise<ExportColumn[]> {
  const [ids, names] = [new Set<number>(), new Set<string>()];
  for await (const found of namesOf(exported)) {
    for (const id of found.questions) ids.add(id);
    for (const name of found.fields) names.add(name);
    if (names.size > MOST_FIELDS) throw new Error(`an export with more than ${MOST_FIELDS} custom fields`);
  }
  const [asked, keys] = await Promise.all([
    ids.size > 0 ? findQuestions(tenant, [...ids]) : [],
    names.size > 0 ? keysOfQuestions(tenant, companyId) : [],
  ]);
  return otherColumns(asked, [...names], keys);
}

async function keysOfQuestions(tenant: Tenant, companyId: number): Promise<string[]> {
  const rows = await tenant.db
    .selectDistinct({ key: questions.key })
    .from(questions)
    .where(eq(questions.companyId, companyId));
  return rows.map(({ key }) => key);
}

function headers(columns: ExportColumn[]): string[] {
  return columns.map(({ header }) => header);
}
