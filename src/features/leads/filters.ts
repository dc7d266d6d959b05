import { type SQL, sql } from "drizzle-orm";
import { importChunks, imports, leads, leadTags } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../http/errors.ts";
import { conditions, type Filter, filterValues, shapeOf } from "../../http/list-query.ts";
import type { StageRow } from "../stages/queries.ts";
import { comparable, namedCondition } from "./answer-filters.ts";
import type { LeadsRequest } from "./list-schemas.ts";

/** Conditions on leads whose SQL can be written once: the same shape is the same SQL. */
export interface Narrowing {
  shape: string;
  conditions(): SQL[];
  /** What the placeholders of the conditions bind, `companyId` among them. */
  values: Record<string, unknown>;
}

const columns = {
  id: leads.id,
  email: leads.email,
  phone: leads.phone,
  phone_raw: leads.phoneRaw,
  first_name: leads.firstName,
  last_name: leads.lastName,
  company_name: leads.companyName,
  job_title: leads.jobTitle,
  city: leads.city,
  state: leads.state,
  country: leads.country,
  source: leads.source,
  external_id: leads.externalId,
  notes: leads.notes,
  stage: leads.stageId,
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
 * @param stages the catalogue, which filters by a stage are read with.
 * @throws 400 where a stage or a question is named that there is not, or a value is none of its question.
 */
export async function narrow(
  tenant: Tenant,
  companyId: number,
  stages: StageRow[],
  request: Pick<LeadsRequest, "filters" | "named" | "sort">,
): Promise<Narrowing> {
  const filters = request.filters.map((filter) => readable(filter, stages));
  const [linked, own] = [filters.filter(isLinked), filters.filter((one) => !isLinked(one))];
  const plain = { filters: own, sort: request.sort };
  const named = await comparable(tenant, companyId, request);
  return {
    shape: [shapeOf(plain), ...linked.map(nameOf), ...named.map(({ shape }) => shape)].join(" "),
    conditions: () => [
      ...conditions(plain, columns),
      ...linked.map(linkedCondition),
      ...named.map(namedCondition),
    ],
    values: {
      companyId,
      ...filterValues({ filters }),
      ...Object.fromEntries(named.map(({ pairs }, index) => [`named${index}`, pairs])),
    },
  };
}

/** A filter as the store has its values: a stage by its id, an address in lower case. */
function readable(filter: Filter, stages: StageRow[]): Filter {
  if (filter.predicate === "null") return filter;
  const read = { stage: stageIds, email: lowerCase }[filter.field];
  return read ? { ...filter, value: read(filter, stages) } : filter;
}

function stageIds({ predicate, value }: Filter, stages: StageRow[]): number | number[] {
  const ids = [value].flat().map((given) => {
    const found = stages.find(({ id, key }) => key === given || String(id) === given);
    if (found) return found.id;
    const all = stages.map(({ id, key }) => `${key} (${id})`).join(", ");
    throw fieldError("invalid_parameter", `stage_${predicate}`, "unknown_stage", `must be of ${all}`);
  });
  return predicate === "in" ? ids : (ids[0] ?? 0);
}

function lowerCase({ value }: Filter): Filter["value"] {
  return Array.isArray(value) ? value.map((one) => String(one).toLowerCase()) : String(value).toLowerCase();
}

/** What a lead is found by in another table: the rows there say which leads, whatever else is asked. */
const LINKED: Record<string, (filter: Filter) => SQL> = {
  tags: (filter) => sql`(
    SELECT t.lead_id FROM ${leadTags} t
    WHERE t.company_id = ${companyId} AND ${isOrIsOneOf(sql`t.tag`, filter)})`,
  import_code: (filter) => leadsOfImports(sql`i.import_code = ${sql.placeholder(nameOf(filter))}`),
  file_sha256: (filter) => leadsOfImports(sql`i.file_sha256 = ${sql.placeholder(nameOf(filter))}`),
};

const companyId = sql.placeholder("companyId");

/** Each chunk of an import knows which ids its leads are among. */
function leadsOfImports(which: SQL): SQL {
  return sql`(
    SELECT l.id FROM ${imports} i CROSS JOIN ${importChunks} c ON c.import_id = i.id
      CROSS JOIN ${leads} l ON l.id > c.leads_after AND l.id <= c.leads_up_to AND l.import_id = i.id
    WHERE i.company_id = ${companyId} AND ${which})`;
}

function isOrIsOneOf(column: SQL, filter: Filter): SQL {
  const value = sql.placeholder(nameOf(filter));
  if (filter.predicate === "eq") return sql`${column} = ${value}`;
  return sql`${column} IN (SELECT value FROM json_each(${value}))`;
}

function linkedCondition(filter: Filter): SQL {
  const found = LINKED[filter.field];
  if (!found) throw new Error(`no condition for the filter ${filter.field}`);
  return sql`${leads.id} IN ${found(filter)}`;
}

function isLinked({ field }: Filter): boolean {
  return Object.hasOwn(LINKED, field);
}

function nameOf({ field, predicate }: Filter): string {
  return `${field}_${predicate}`;
}
