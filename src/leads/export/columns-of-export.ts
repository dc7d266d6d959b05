import { and, eq } from "drizzle-orm";
import { questions } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError } from "../../errors.ts";
import { findQuestions } from "../../questions/queries.ts";
import { completeNames } from "../custom-fields/queries.ts";
import { MAX_COMPANY_FIELDS } from "../custom-fields/register.ts";
import { type ExportColumn, otherColumns } from "./export-columns.ts";
import { type Exported, NAMES_ROWS, type Names, namesOf } from "./export-pages.ts";

/**
 * The columns of an export after a lead's own. Of few leads, and to an agent, it has those that they use; of many those
 * that any lead of the company uses, which are known without reading them.
 *
 * @param atLeast how many leads it has as far as that is known: a count that spares reading them.
 * @throws 409 where the leads have more custom fields than a file has columns for.
 */
export async function columnsOf(
  tenant: Tenant,
  companyId: number,
  exported: Exported,
  atLeast: number,
): Promise<ExportColumn[]> {
  const { questions: ids, fields } = await namesIn(tenant, companyId, exported, atLeast);
  const [asked, keys] = await Promise.all([
    ids.length > 0 ? findQuestions(tenant, ids) : [],
    fields.length > 0 ? keysOfQuestions(tenant, companyId) : [],
  ]);
  return otherColumns(asked, fields, keys);
}

type NamesOfExport = Pick<Names, "questions" | "fields">;

async function namesIn(
  tenant: Tenant,
  companyId: number,
  exported: Exported,
  atLeast: number,
): Promise<NamesOfExport> {
  let known = atLeast > NAMES_ROWS ? await namesOfCompany(tenant, companyId) : undefined;
  if (known) return known;
  const [ids, names] = [new Set<number>(), new Set<string>()];
  for await (const page of namesOf(exported)) {
    for (const id of page.questions) ids.add(id);
    for (const name of page.fields) names.add(name);
    if (page.isEnd) break;
    if (known === undefined && exported.assignee === null) known = await namesOfCompany(tenant, companyId);
    if (known) return known;
    refuseTooMany(names);
  }
  refuseTooMany(names);
  return { questions: [...ids], fields: [...names] };
}

/**
 * What leads of a company use.
 *
 * @returns `null` where that is to be read from the leads: the register does not know all of them yet, or knows more
 * than a file has columns for.
 */
async function namesOfCompany(tenant: Tenant, companyId: number): Promise<NamesOfExport | null> {
  const fields = await completeNames(tenant, companyId);
  if (fields === null || fields.length > MAX_COMPANY_FIELDS) return null;
  const answered = await tenant.db
    .select({ id: questions.id })
    .from(questions)
    .where(and(eq(questions.companyId, companyId), eq(questions.answered, true)));
  return { questions: answered.map(({ id }) => id), fields };
}

function refuseTooMany(names: ReadonlySet<string>): void {
  if (names.size <= MAX_COMPANY_FIELDS) return;
  const detail = `They have more than ${MAX_COMPANY_FIELDS} different custom fields. Narrow the export with filters.`;
  throw new AppError("too_many_custom_fields", detail);
}

async function keysOfQuestions(tenant: Tenant, companyId: number): Promise<string[]> {
  const rows = await tenant.db
    .selectDistinct({ key: questions.key })
    .from(questions)
    .where(eq(questions.companyId, companyId));
  return rows.map(({ key }) => key);
}
