import { and, eq, isNotNull } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Question } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import { headerFinder, nameColumns } from "../columns/column-names.ts";
import { FileProblem } from "../readers/file-problem.ts";
import type { Layout } from "../readers/reader.ts";
import type { ReadingHints } from "../reading-hints.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import { type Candidate, findCandidates } from "./find-candidates.ts";
import { inheritColumns, inheritFields, type SentFields } from "./inherit.ts";
import { type ParentImport, parentColumns } from "./parent-import.ts";
import { reportPlaces } from "./report-columns.ts";

/**
 * Finds the import that an error file is of: the one that is named, or by what its records say: people rename files,
 * sort them, correct cells and take records out.
 *
 * @param before an import of the company: only earlier ones are looked at; `null` looks at all.
 * @param hints what came with it.
 * @returns `null` where it is no error file, or that of an import which is not known.
 * @throws FileProblem `parent_in_doubt` where several are equally like it, with other settings.
 */
export async function findParent(
  tenant: Pick<Tenant, "db">,
  companyId: number,
  before: number | null,
  layout: Pick<Layout, "header" | "sample">,
  hints: Partial<ReadingHints> | null,
): Promise<ParentImport | null> {
  const named = hints?.parent ? await findReadImport(tenant, companyId, hints.parent) : null;
  if (named) return named;
  if (reportPlaces(layout.header) === null || layout.sample.length === 0) return null;
  const sent = hints?.sent ?? [];
  const best = mostLike(await findCandidates(tenant, companyId, before, layout));
  const [first] = best;
  if (!first) return null;
  const settings = (parent: ParentImport) => readAs(layout.header, first, parent, sent);
  if (best.some((other) => settings(other) !== settings(first))) {
    const codes = best.slice(0, 5).map(({ importCode }) => importCode);
    throw new FileProblem(
      "parent_in_doubt",
      `The error file may be of ${codes.join(" or ")}${best.length > codes.length ? " or others" : ""}, which were ` +
        "imported with different settings. Send parent_import_code, the code of the one that it is of.",
    );
  }
  return first;
}

/**
 * What an error file is read and imported as, if it is that of an import, as a text to compare: two imports whose
 * mappings are written otherwise may come to the same.
 *
 * @param said where the fields in `sent` are read from: the same for all that are compared.
 */
function readAs(header: string[], said: SentFields, parent: ParentImport, sent: readonly string[]): string {
  const { mapping, ...settings } = inheritFields(said, parent, sent);
  const { columns } = parent.layout as ReadingPlan;
  const countOf = (field: string) =>
    columns.filter((column) => column.kind === "field" && column.field === field).length;
  const own = inheritColumns(header, { columns }, questionsOf(columns)).map((column) => {
    if (!column) return null;
    const { foundBy: _, ...what } = column;
    if (column.kind !== "field" || countOf(column.field) > 1) return what;
    // Which of several contacts is looked at first says nothing of one alone.
    return { ...what, contact: column.contact?.either };
  });
  const findHeader = headerFinder(nameColumns(header));
  const gone = Object.keys(mapping ?? {}).filter((name) => findHeader(name) < 0);
  return JSON.stringify([settings, sent.includes("mapping") ? null : [own, gone]]);
}

function questionsOf(columns: readonly Column[]): Question[] {
  return columns.flatMap((column) => (column.kind === "question" ? [column.question] : []));
}

/**
 * Asserts that a file whose original is not known is no error file, or has a mapping of its own: settings of the original
 * would be lost in silence.
 *
 * @throws FileProblem `parent_not_found`
 */
export function assertNoParent(
  { header, sample }: Pick<Layout, "header" | "sample">,
  hints: Partial<ReadingHints> | null,
): void {
  if (reportPlaces(header) === null || sample.length === 0 || hints?.sent?.includes("mapping")) return;
  throw new FileProblem(
    "parent_not_found",
    "The file has the columns _row, _code and _reason of an error file, and no import of the company rejected such " +
      "records: its settings are not known. Send parent_import_code, the code of the import that the error file is of, " +
      "or a mapping ({} where the names of the columns say what they are). If it is no error file, take one of the " +
      "three columns out.",
  );
}

/** An import of a company by its code, whose file has been read; `null` where there is none. */
export async function findReadImport(
  { db }: Pick<Tenant, "db">,
  companyId: number,
  importCode: string,
): Promise<ParentImport | null> {
  const parent = await db
    .select(parentColumns)
    .from(imports)
    .where(
      and(eq(imports.importCode, importCode), eq(imports.companyId, companyId), isNotNull(imports.layout)),
    )
    .get();
  return parent ?? null;
}

/**
 * Those that are most like it, the earliest first. Of those with the same cells, one that was undone counts only where
 * none stands, whatever its mapping made of the reasons; of those that are equal in all, one that was only tried counts
 * where none was imported.
 */
function mostLike(candidates: Candidate[]): Candidate[] {
  const order = (one: Candidate, other: Candidate) => {
    const [a, b] = [one.likeness, other.likeness];
    return (
      b.cells - a.cells ||
      b.constants - a.constants ||
      one.isUndone - other.isUndone ||
      b.columns - a.columns ||
      b.reasons - a.reasons ||
      Number(one.dryRun) - Number(other.dryRun)
    );
  };
  const [best] = candidates.toSorted(order);
  return best ? candidates.filter((candidate) => order(candidate, best) === 0) : [];
}
