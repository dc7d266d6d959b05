import { type SQL, sql } from "drizzle-orm";
import { FIRST_STAGE, isIndexedStage, leads, leadTags } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../errors.ts";
import { conditions, filterValues, nameOf, shapeOf } from "../../http/lists/conditions.ts";
import type { Filter } from "../../http/lists/list-query.ts";
import type { StageRow } from "../../stages/queries.ts";
import { FIELD_LIST } from "../fields.ts";
import { comparable, namedCondition } from "./answer-filters.ts";
import { IMPORT_CONDITIONS, readImportFilters } from "./import-filters.ts";
import { isFoundByWords } from "./lead-scans.ts";
import type { LeadsRequest } from "./list-schemas.ts";

/** Conditions on leads whose SQL can be written once: the same shape is the same SQL. */
export interface LeadFilter {
  shape: string;
  /** Whether it names leads one by one: they are looked up then, and not on the way through the company's. */
  byId: boolean;
  /** The same for counting them, which stops soon. */
  countsById: boolean;
  /** @param counting whether leads are counted. */
  conditions(counting?: boolean): SQL[];
  /** What the placeholders of the conditions bind, `companyId` among them. */
  values: Record<string, unknown>;
}

const columns = {
  id: leads.id,
  ...Object.fromEntries(FIELD_LIST.map(({ key, column }) => [key, leads[column]])),
  campaign_id: leads.campaignId,
  assigned_to: leads.assignedTo,
  record_number: leads.recordNumber,
  duplicate_of: leads.duplicateOf,
  created_at: leads.createdAt,
  updated_at: leads.updatedAt,
};

/**
 * Turns what a list of leads was narrowed to into SQL.
 *
 * @param assignee whose leads are seen, or `null` for all; the caller binds it where it is somebody.
 * @param stages the catalogue, which filters by a stage are read with.
 * @throws 400 for an unknown stage or question, and for a value that does not fit its question.
 */
export async function resolveLeadFilter(
  tenant: Tenant,
  { companyId, assignee }: { companyId: number; assignee: number | null },
  stages: StageRow[],
  request: Pick<LeadsRequest, "filters" | "named" | "sort" | "match">,
): Promise<LeadFilter> {
  const { match } = request;
  const ofImports = await readImportFilters(tenant, companyId, request.filters);
  const filters = ofImports.filters.map((filter) => readable(filter, stages));
  const isLinked = (filter: Filter) =>
    Object.hasOwn(LINKED, filter.field) ||
    Object.hasOwn(LINKED, nameOf(filter)) ||
    (assignee !== null && filter.field === "duplicate_of");
  const [linked, own] = [filters.filter(isLinked), filters.filter((one) => !isLinked(one))];
  const plain = { filters: own, sort: request.sort };
  const isByStage = own.some((one) => nameOf(one) === "stage_eq" && one.value !== FIRST_STAGE);
  const named = await comparable(tenant, companyId, request);
  const namesLeads =
    match !== undefined || filters.some((filter) => NAMES_LEADS.includes(nameOf(filter))) || ofImports.byId;
  const countsById = namesLeads || ofImports.countsById;
  return {
    byId: namesLeads,
    countsById,
    shape: [
      shapeOf(plain),
      ...linked.map((filter) =>
        filter.predicate === "null" ? `${nameOf(filter)} ${filter.value}` : nameOf(filter),
      ),
      ...named.map(({ shape }) => shape),
      ...(match === undefined ? [] : ["words"]),
      ...(isByStage ? ["stage"] : []),
    ].join(" "),
    conditions: (counting = false) => [
      ...conditions(plain, columns),
      ...linked.map((filter) => linkedCondition(filter, counting ? countsById : namesLeads)),
      ...named.map(namedCondition),
      ...(match === undefined ? [] : [isFoundByWords()]),
      ...(isByStage ? [isIndexedStage] : []),
    ],
    values: {
      companyId,
      ...(match !== undefined && { match, store: tenant.store }),
      ...filterValues({ filters }),
      ...Object.fromEntries(named.map(({ pairs }, index) => [`named${index}`, pairs])),
    },
  };
}

/** Filters that some few leads fit, which another index leads to. */
const NAMES_LEADS = ["id_eq", "id_in", "email_eq", "email_in", "tags_eq", "tags_in", "duplicate_of_eq"];

/** A filter as the store has its values: a stage by its id, an address in lower case. */
function readable(filter: Filter, stages: StageRow[]): Filter {
  if (filter.predicate === "null") return filter;
  const read = { stage: stageIds, email: lowerCase }[filter.field];
  return read ? { ...filter, value: read(filter, stages) } : filter;
}

function stageIds({ predicate, value }: Filter, stages: StageRow[]): number | number[] {
  const ids = [value].flat().map((text) => {
    const matching = stages.find(({ id, key }) => key === text || String(id) === text);
    if (matching) return matching.id;
    const all = stages.map(({ id, key }) => `${key} (${id})`).join(", ");
    throw fieldError("invalid_parameter", `stage_${predicate}`, "unknown_stage", `must be one of ${all}`);
  });
  return predicate === "in" ? ids : (ids[0] ?? 0);
}

function lowerCase({ value }: Filter): Filter["value"] {
  return Array.isArray(value) ? value.map((one) => String(one).toLowerCase()) : String(value).toLowerCase();
}

/** What a lead is found by in another table, or by another column than the one that is asked for. */
const LINKED: Record<string, (filter: Filter, byId: boolean) => SQL> = {
  email_eq: isOfAddress,
  email_in: isOfAddress,
  tags: (filter) => sql`${leads.id} IN (
    SELECT t.lead_id FROM ${leadTags} t
    WHERE t.company_id = ${companyId} AND ${isOrIsOneOf(sql`t.tag`, filter)})`,
  ...IMPORT_CONDITIONS,
};

const companyId = sql.placeholder("companyId");

function isOfAddress(filter: Filter): SQL {
  return sql`${leads.id} IN (
    SELECT h.id FROM ${leads} h
    WHERE h.company_id = ${companyId} AND ${isOrIsOneOf(sql`h.email`, filter)} AND h.deleted_at IS NULL)`;
}

function isOrIsOneOf(column: SQL, filter: Filter): SQL {
  const value = sql.placeholder(nameOf(filter));
  if (filter.predicate === "eq") return sql`${column} = ${value}`;
  return sql`${column} IN (SELECT value FROM json_each(${value}))`;
}

/** To an agent, a lead is a duplicate of what they see alone. */
function isDuplicateOfSeen({ predicate, value }: Filter): SQL {
  const seen = sql`EXISTS (
    SELECT 1 FROM ${leads} f
    WHERE f.id = ${leads.duplicateOf} AND f.assigned_to = ${sql.placeholder("assignee")} AND f.deleted_at IS NULL)`;
  if (predicate === "null") return value ? sql`NOT ${seen}` : seen;
  return sql`${leads.duplicateOf} = ${sql.placeholder("duplicate_of_eq")} AND ${seen}`;
}

function linkedCondition(filter: Filter, byId: boolean): SQL {
  if (filter.field === "duplicate_of") return isDuplicateOfSeen(filter);
  const condition = LINKED[nameOf(filter)] ?? LINKED[filter.field];
  if (!condition) throw new Error(`no condition for the filter ${filter.field}`);
  return condition(filter, byId);
}
