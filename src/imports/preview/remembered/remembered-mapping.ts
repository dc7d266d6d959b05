import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { imports } from "../../../db/leads/schema.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import type { Question } from "../../../leads/lead-record.ts";
import { cleanCell } from "../../../leads/normalize/clean-cell.ts";
import { foldHeader } from "../../columns/header-names.ts";
import { type Mapping, type MappingEntry, mappedTo } from "../../columns/mapping.ts";
import { isMappingTarget } from "../../columns/mapping-targets.ts";
import { reportRoles } from "../../resend/report-columns.ts";

/** A mapping that a file of the company was imported with. */
export interface Remembered {
  importCode: string;
  mapping: Mapping;
  /** The cells of the header that it was for. */
  header: string[];
}

/** How the header of a file differs from that of the last time. */
export interface HeaderChanges {
  import_code: string;
  gone: string[];
  new: string[];
  /** A column in the place of one that is gone. */
  renamed: { from: string; to: string }[];
}

/** A mapping of before for a file of now. */
export interface Recalled {
  mapping: Mapping;
  changes: HeaderChanges;
  /** The one mapped column that is gone, and the only new one, with what the mapping says of it; `null` where it is not so. */
  renamed: { from: string; to: string; entry: MappingEntry } | null;
}

/** So many of a company's latest imports are looked through for mappings. */
const SEARCHED_IMPORTS = 200;
/** So many mappings are looked at. */
const MOST_IMPORTS = 20;
/** What a mapping and its header may weigh together, in characters: larger ones are left out. */
const MOST_CHARACTERS = 64 * 1024;
/** The share of columns of both headers that are the same where one is taken for the other, renamed here and there. */
const LEAST_ALIKE = 0.6;

/**
 * The mappings of a company's last imports, the latest first. They stand in the rows of the imports, so that nothing
 * else is to be written, bounded and erased.
 */
export async function findRemembered({ db }: Tenant, companyId: number): Promise<Remembered[]> {
  const { importCode, mapping } = imports;
  const rows = await db
    .select({ importCode, mapping, header: sql<string>`${imports.layout} -> '$.header'` })
    .from(imports)
    .where(
      and(
        eq(imports.companyId, companyId),
        sql`${imports.id} >= (SELECT min(id) FROM (
          SELECT id FROM imports WHERE company_id = ${companyId} AND is_batch = 0 ORDER BY id DESC LIMIT ${SEARCHED_IMPORTS}))`,
        isNotNull(mapping),
        // A file that could not be read as its mapping says has no layout.
        isNotNull(imports.layout),
        sql`length(${mapping}) + length(${imports.layout} -> '$.header') < ${MOST_CHARACTERS}`,
      ),
    )
    .orderBy(desc(imports.id))
    .limit(MOST_IMPORTS);
  return rows.flatMap(({ mapping, header, importCode }) =>
    mapping ? [{ importCode, mapping, header: JSON.parse(header) as string[] }] : [],
  );
}

/**
 * The mapping that was used last for a header, or for the one that is most like it. What it says of columns that are
 * gone, and of questions that the file's campaign does not have, is left out.
 *
 * @returns `null` where none is.
 */
export function recall(
  remembered: readonly Remembered[],
  header: readonly string[],
  questions: Question[],
): Recalled | null {
  let best: Remembered | null = null;
  let bestAlike = 0;
  for (const one of remembered) {
    const alike = likeness(one.header, header);
    if (alike < LEAST_ALIKE || alike <= bestAlike) continue;
    best = one;
    bestAlike = alike;
  }
  if (!best) return null;
  const present = namesOf(header);
  const entries = Object.entries(best.mapping).filter(([name, entry]) => {
    const { to } = mappedTo(entry);
    return present.has(foldHeader(name)) && (to === null || isMappingTarget(to, questions));
  });
  const changes = changesOf(best, header);
  const renamed = renamedIn(best, changes, questions);
  if (entries.length === 0 && renamed === null) return null;
  return { mapping: Object.fromEntries(entries), changes, renamed };
}

/** What the mapping of before said of a column that is gone, where only one of the new columns can be it. */
function renamedIn(
  { mapping }: Remembered,
  { gone, new: added, renamed }: HeaderChanges,
  questions: Question[],
): Recalled["renamed"] {
  const [from, other] = [...gone, ...renamed.map((one) => one.from)];
  const [to, rival] = [...added, ...renamed.map((one) => one.to)];
  if (from === undefined || to === undefined || other !== undefined || rival !== undefined) return null;
  const said = Object.entries(mapping).find(([name]) => foldHeader(name) === foldHeader(from));
  if (!said) return null;
  const [, entry] = said;
  const target = mappedTo(entry).to;
  return target !== null && isMappingTarget(target, questions) ? { from, to, entry } : null;
}

/** The share of the columns of two headers that both have. */
function likeness(before: readonly string[], now: readonly string[]): number {
  const [old, present] = [namesOf(before), namesOf(now)];
  const shared = [...old].filter((name) => present.has(name)).length;
  const all = old.size + present.size - shared;
  return all === 0 ? 0 : shared / all;
}

function changesOf({ importCode, header }: Remembered, newer: readonly string[]): HeaderChanges {
  const [before, now] = [withoutReport(header), withoutReport(newer)];
  const [old, present] = [namesOf(before), namesOf(now)];
  const isLost = (name: string | undefined) => isNamed(name) && !present.has(foldHeader(name));
  const isNew = (name: string | undefined) => isNamed(name) && !old.has(foldHeader(name));
  const renamed = before.flatMap((from, at) => {
    const to = now[at];
    return isLost(from) && to !== undefined && isNew(to) ? [{ from, to }] : [];
  });
  return {
    import_code: importCode,
    gone: before.filter((name) => isLost(name) && !renamed.some(({ from }) => from === name)),
    new: now.filter((name) => isNew(name) && !renamed.some(({ to }) => to === name)),
    renamed,
  };
}

/** Without the names that are none of the sender's: those that an error file has. */
function withoutReport(header: readonly string[]): string[] {
  const roles = reportRoles(header);
  return header.map((name, index) => (roles[index] === "report" ? "" : name));
}

function isNamed(name: string | undefined): name is string {
  return cleanCell(name ?? "") !== null;
}

function namesOf(header: readonly string[]): Set<string> {
  return new Set(withoutReport(header).filter(isNamed).map(foldHeader));
}

/** The mapping of before with what the sender says of columns: that counts. */
export function withSaid(remembered: Mapping, said: Mapping | null): Mapping {
  const own = new Set(Object.keys(said ?? {}).map(foldHeader));
  const targets = new Set(Object.values(said ?? {}).map((entry) => mappedTo(entry).to));
  const others = Object.entries(remembered).filter(([name, entry]) => {
    const { to } = mappedTo(entry);
    return !own.has(foldHeader(name)) && (to === null || !targets.has(to));
  });
  return { ...Object.fromEntries(others), ...said };
}
