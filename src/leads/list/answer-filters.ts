import { eq, type SQL, sql } from "drizzle-orm";
import { leads, questions } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../errors.ts";
import { equals } from "../../http/lists/conditions.ts";
import type { LeadsRequest } from "./list-schemas.ts";
import type { NamedFilter } from "./named-filters.ts";

/** A filter by an answer or a custom field with the values that its JSON is compared with. */
interface Comparable {
  of: NamedFilter["of"];
  predicate: NamedFilter["predicate"];
  /** JSON: the values that are looked for, by the id of a question or the name of a custom field. */
  pairs: string;
  /** For a `null` filter: whether the answer must be absent. */
  absent: boolean;
  shape: string;
}

type Question = Pick<typeof questions.$inferSelect, "id" | "campaignId" | "key" | "kind">;

/**
 * Reads the values of filters by answers as their questions have them. A key may be that of questions of several
 * campaigns: a lead fits that answered any of them so.
 *
 * @throws 400 where no question has the key, or none of those that have it can be compared so.
 */
export async function comparable(
  tenant: Tenant,
  companyId: number,
  request: Pick<LeadsRequest, "named" | "filters">,
): Promise<Comparable[]> {
  const { named } = request;
  if (named.length === 0) return [];
  const campaignId = equals(request, "campaign_id");
  const all = named.some(({ of }) => of === "answers") ? await questionsOf(tenant, companyId) : [];
  const asked = all.filter((one) => campaignId === undefined || one.campaignId === campaignId);
  return named.map((filter) => {
    const { of, predicate, name, values } = filter;
    const pairs = of === "answers" ? answersLookedFor(filter, asked) : { [name]: values };
    const absent = predicate === "null" && /^(true|1)$/.test(values[0] ?? "");
    return { of, predicate, pairs: JSON.stringify(pairs), absent, shape: `${of}.${predicate}.${absent}` };
  });
}

/** The condition of a filter; `named0`, `named1`, … is what it binds, by its place among all of them. */
export function namedCondition({ of, predicate, absent }: Comparable, place: number): SQL {
  const column = of === "answers" ? leads.answers : leads.customFields;
  const pairs = sql`json_each(${sql.placeholder(`named${place}`)})`;
  if (predicate === "null") {
    const matches = sql`EXISTS (SELECT 1 FROM json_each(${column}) a, ${pairs} p WHERE a.key = p.key)`;
    return absent ? sql`NOT ${matches}` : matches;
  }
  // Several choices are an array: what is asked holds of a lead for which it holds of one of them.
  return sql`EXISTS (
    SELECT 1
    FROM json_each(${column}) a
      JOIN ${pairs} p ON p.key = a.key
      JOIN json_each(iif(a.type = 'array', a.value, json_array(a.value))) v
      JOIN json_each(p.value) w
    WHERE ${COMPARISONS[predicate]})`;
}

const COMPARISONS = {
  eq: sql`v.value = w.value`,
  in: sql`v.value = w.value`,
  gt: sql`v.value > w.value`,
  gteq: sql`v.value >= w.value`,
  lt: sql`v.value < w.value`,
  lteq: sql`v.value <= w.value`,
  cont: sql`instr(lower(v.value), lower(w.value)) > 0`,
};

function questionsOf(tenant: Tenant, companyId: number): Promise<Question[]> {
  return tenant.db
    .select({
      id: questions.id,
      campaignId: questions.campaignId,
      key: questions.key,
      kind: questions.kind,
    })
    .from(questions)
    .where(eq(questions.companyId, companyId));
}

function answersLookedFor(filter: NamedFilter, asked: Question[]): Record<string, (string | number)[]> {
  const { name, values, parameter } = filter;
  const matches = asked.filter(({ key }) => key === name);
  if (matches.length === 0) {
    const keys = [...new Set(asked.map(({ key }) => key))].slice(0, LISTED_KEYS).join(", ");
    const detail = `no question has the key ${name}; there are: ${keys || "none"}`;
    throw fieldError("invalid_parameter", parameter, "unknown_question", detail);
  }
  const readable = matches.flatMap(({ id, kind }) => {
    if (!PREDICATES[kind].includes(filter.predicate)) return [];
    const read = values.map((value) => (filter.predicate === "null" ? value : readValue(kind, value)));
    return read.includes(undefined) ? [] : [[id, read as (string | number)[]] as const];
  });
  if (readable.length === 0) {
    const kinds = [...new Set(matches.map(({ kind }) => kind))];
    const predicates = kinds.map((kind) => `${kind}: ${PREDICATES[kind].join(", ")}`).join("; ");
    const detail = `must be a value of its question and compared as its kind can be (${predicates})`;
    throw fieldError("invalid_parameter", parameter, "invalid_value", detail);
  }
  return Object.fromEntries(readable);
}

const LISTED_KEYS = 50;

const ORDERED: NamedFilter["predicate"][] = ["eq", "in", "gt", "gteq", "lt", "lteq", "null"];
const WORDS: NamedFilter["predicate"][] = ["eq", "in", "cont", "null"];

const PREDICATES: Record<Question["kind"], NamedFilter["predicate"][]> = {
  single_choice: WORDS,
  multiple_choice: WORDS,
  text: WORDS,
  number: ORDERED,
  date: ORDERED,
  boolean: ["eq", "null"],
};

/** A value as an answer of its kind is stored; `undefined` where it does not fit. */
function readValue(kind: Question["kind"], text: string): string | number | undefined {
  switch (kind) {
    case "number":
      return /^-?\d{1,20}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
    case "boolean":
      return { true: 1, "1": 1, false: 0, "0": 0 }[text];
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
    default:
      return text;
  }
}
