import { eq } from "drizzle-orm";
import type { Actor } from "../../auth/actor.ts";
import type { Databases } from "../../db/clients.ts";
import { questions } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { findCompanyHome } from "../companies/queries.ts";
import { findQuestions } from "../questions/queries.ts";
import { listStages } from "../stages/queries.ts";
import { cellsOf } from "./export-cells.ts";
import { csv, type ExportColumn, FIELD_COLUMNS, NEWLINE, otherColumns } from "./export-columns.ts";
import { type Exported, namesOf, pagesOf } from "./export-pages.ts";
import { narrow } from "./filters.ts";
import type { LeadsRequest } from "./list-schemas.ts";
import { assigneeSeen } from "./scope.ts";

const BOM = "\uFEFF";
/** The most custom fields that a file has columns for. */
const MOST_FIELDS = 1000;

/**
 * Writes the leads that somebody sees of a company and that fit as CSV, page by page: never more than a page is in
 * memory, and the file begins before the first lead is read.
 *
 * @param now milliseconds since 1970: leads that arrive later are left out.
 * @param gone says that nobody reads any more: then nothing more is looked up.
 * @returns the text in pieces. A piece throws where the leads have more custom fields than a file has columns for.
 * @throws 400 where a filter does not fit.
 */
export async function exportLeads(
  { directory }: Pick<Databases, "directory">,
  { actor, companyId, tenant }: { actor: Actor; companyId: number; tenant: Tenant },
  request: LeadsRequest,
  now: number,
  gone: AbortSignal,
): Promise<AsyncGenerator<string>> {
  const [stages, company] = await Promise.all([listStages(directory), findCompanyHome(directory, companyId)]);
  const assignee = assigneeSeen(actor, companyId);
  const exported: Exported = {
    client: tenant.client,
    assignee,
    narrowing: await narrow(tenant, { companyId, assignee }, stages, request),
    until: now,
    gone,
  };
  const country = company?.country ?? null;
  const stageKeys = new Map(stages.map(({ id, key }) => [id, key]));

  async function* pieces(): AsyncGenerator<string> {
    yield BOM + csv([headers(FIELD_COLUMNS)]);
    const others = await columnsOf(tenant, companyId, exported);
    yield (others.length > 0 ? `,${csv([headers(others)])}` : "") + NEWLINE;
    const context = { columns: [...FIELD_COLUMNS, ...others], country, stageKeys };
    for await (const rows of pagesOf(exported)) {
      yield csv(rows.map((row) => cellsOf(row, context))) + NEWLINE;
    }
  }
  return pieces();
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
