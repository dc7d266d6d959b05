import { eq } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import { findCompanyHome } from "../../companies/queries.ts";
import type { Databases } from "../../db/clients.ts";
import { leadCounts } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { readCursor, writeCursor } from "../../http/lists/cursor.ts";
import { listStages } from "../../stages/queries.ts";
import { resolveLeadFilter } from "../list/filters.ts";
import type { LeadsRequest } from "../list/list-schemas.ts";
import { isScan } from "../list/scan-gate.ts";
import { visibleAssignee } from "../scope.ts";
import { columnsOf } from "./columns-of-export.ts";
import { cellsOf } from "./export-cells.ts";
import { BOM, csv, NEWLINE, OWN_COLUMNS } from "./export-columns.ts";
import { type Exported, endOf, endOfPart, pagesOf, START } from "./export-pages.ts";

/**
 * How many of a company's leads one answer goes over. D1 takes 1,000 statements for one request, and pages are small
 * where leads are large: a million leads of some thousand letters each still fit.
 */
const PART_LEADS = 1_000_000;

/** An export, or a part of one. */
export interface LeadsExport {
  /** The text in pieces, in UTF-8. */
  pieces: AsyncGenerator<Uint8Array>;
  /** Leads to the next part; `null` where this is the last one. */
  nextCursor: string | null;
}

/**
 * Writes the leads that somebody sees of a company and that fit as CSV, page by page: never more than a page is in
 * memory, and its header is known before the leads are read. Of a company with more leads than one answer can go
 * over it is a part, which begins where the cursor says.
 *
 * @param now milliseconds since 1970: leads that arrive later are left out.
 * @param gone says that nobody reads any more: then nothing more is looked up.
 * @param partLeads how many leads one answer goes over.
 * @throws 400 where a filter or the cursor does not fit, 409 where the leads have more custom fields than a file has
 * columns for.
 */
export async function exportLeads(
  { directory }: Pick<Databases, "directory">,
  { actor, companyId, tenant }: { actor: CompanyActor; companyId: number; tenant: Tenant },
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
  const { client, store } = tenant;
  const whole: Exported = { client, store, assignee, filter, after, end: endOf(now), scanned, gone };
  const counted = await countedLeads(tenant, companyId);
  const end = counted > partLeads ? await endOfPart(whole, partLeads) : null;
  const exported = end ? { ...whole, end } : whole;
  const country = company?.country ?? null;
  const isWhole = assignee === null && isUnfiltered(request);
  const others = await columnsOf(tenant, companyId, exported, isWhole ? counted : 0);
  const stageKeys = new Map(stages.map(({ id, key }) => [id, key]));

  const encoder = new TextEncoder();
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const columns = [...OWN_COLUMNS, ...others];
    yield encoder.encode(BOM + csv([columns.map(({ header }) => header)]) + NEWLINE);
    const context = { columns, country, stageKeys };
    yield* pagesOf(exported, (rows) =>
      encoder.encode(csv(rows.map((row) => cellsOf(row, context))) + NEWLINE),
    );
  }
  return { pieces: pieces(), nextCursor: end && writeCursor(list, end) };
}

/** How many leads a company has, those that the caller does not see too. */
async function countedLeads({ db }: Tenant, companyId: number): Promise<number> {
  const counted = await db.select().from(leadCounts).where(eq(leadCounts.companyId, companyId)).get();
  return counted?.leads ?? 0;
}

function isUnfiltered({ filters, named, match }: LeadsRequest): boolean {
  return filters.length === 0 && named.length === 0 && match === undefined;
}
