import { SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce } from "../../db/compiled.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import type { ListTotal } from "../../http/lists/pagination.ts";
import { countLimit, endPage } from "../../http/lists/read-page.ts";
import { type LeadRow, leadColumns } from "../queries.ts";
import { visibleLeads } from "../scope.ts";
import type { MatchKey } from "./match-keys.ts";

/** The most leads of a group that are shown with it. */
export const SHOWN_LEADS = 10;

/** Leads that are one person. */
export interface Duplicates {
  /** What a lead and its copies have in common. */
  key: MatchKey;
  value: string;
  /** How many they are, those that are not shown too. */
  count: number;
  /** In the order in which they came to be, the first one before its copies. */
  rows: LeadRow[];
}

interface Group {
  first: number;
  /** JSON: key and value. */
  shared: string;
  members: number;
}

/** A page of the groups of leads that somebody sees of a company, two of them at the least, in each. */
export async function listDuplicates(
  tenant: Tenant,
  { actor, companyId }: { actor: CompanyActor; companyId: number },
  request: ListRequest,
): Promise<{ groups: Duplicates[]; total: ListTotal }> {
  const { client } = tenant;
  const [page, totals] = await client.batch([
    prepared(client, membersQuery(actor, companyId, request)),
    prepared(client, totalQuery(actor, companyId, request)),
  ]);
  const [counted] = (totals?.results ?? []) as { total: number }[];
  const shown = (page?.results ?? []) as (Group & Record<string, unknown>)[];
  const groups = [...Map.groupBy(shown, ({ first }) => first).values()];
  const { rows, total } = endPage(groups, counted?.total ?? 0, request);
  return {
    groups: rows.flatMap((members) =>
      members.slice(0, 1).map(({ shared, members: count }) => ({
        ...keyOf(shared),
        count,
        rows: members.map((member) => leadReader().row(member)),
      })),
    ),
    total,
  };
}

/** Reads the columns of a lead in any row that has them under their own names. */
function leadReader() {
  return compileOnce("lead", leadColumns, () => queryBuilder.select(leadColumns).from(leads));
}

type Shared = [
  sameEmail: number | null,
  samePhone: number | null,
  sameExternalId: number | null,
  email: string | null,
  phone: string | null,
  externalId: string | null,
];

/** The key that a copy shares with its lead; its own where they have nothing in common any more. */
function keyOf(shared: string): { key: MatchKey; value: string } {
  const [sameEmail, samePhone, sameExternalId, email, phone, externalId] = JSON.parse(shared) as Shared;
  if (email !== null && (sameEmail || !(samePhone || sameExternalId))) return { key: "email", value: email };
  if (phone !== null && (samePhone || !sameExternalId)) return { key: "phone", value: phone };
  return { key: "external_id", value: externalId ?? "" };
}

/** The leads to show of each group of a page, each with what its group has. */
function membersQuery(actor: CompanyActor, companyId: number, request: ListRequest): SQL {
  const columns = Object.values(leadColumns).map((column) =>
    column instanceof SQL.Aliased
      ? sql`${column.sql} AS ${sql.identifier(column.fieldAlias)}`
      : sql`${column}`,
  );
  return sql`
    WITH page AS MATERIALIZED (${groupsQuery(actor, companyId, request)})
    SELECT page.first, page.members, page.shared, ${sql.join(columns, sql`, `)}
    FROM page CROSS JOIN json_each(page.shown) shown CROSS JOIN ${leads} ON ${leads.id} = shown.value
    ORDER BY page.first ${directionOf(request)}, shown.key`;
}

const directionOf = ({ sort }: ListRequest) => sql.raw(sort.descending ? "DESC" : "ASC");

export function groupsQuery(actor: CompanyActor, companyId: number, request: ListRequest): SQL {
  const { page, limit } = request;
  const seen = visibleLeads(actor, companyId);
  return sql`
    ${groups(seen)}
    SELECT first, members, (
      SELECT json_array(
        ${leads.email} = f.email, ${leads.phone} = f.phone, ${leads.externalId} = f.external_id,
        ${leads.email}, ${leads.phone}, ${leads.externalId})
      FROM ${leads} JOIN leads f ON f.id = first
      WHERE ${leads.duplicateOf} = first AND ${seen}
      ORDER BY ${leads.email} = f.email DESC, ${leads.phone} = f.phone DESC, ${leads.id} LIMIT 1) AS shared,
    (
      SELECT json_group_array(id) FROM (
        SELECT id FROM (
          SELECT ${leads.id} AS id FROM ${leads} WHERE ${leads.id} = first AND ${seen}
          UNION ALL
          SELECT * FROM (
            SELECT ${leads.id} AS id FROM ${leads} WHERE ${leads.duplicateOf} = first AND ${seen}
            ORDER BY ${leads.id} LIMIT ${SHOWN_LEADS}))
        LIMIT ${SHOWN_LEADS})) AS shown
    FROM groups WHERE members > 1
    ORDER BY first ${directionOf(request)} LIMIT ${limit + 1} OFFSET ${(page - 1) * limit}`;
}

export function totalQuery(actor: CompanyActor, companyId: number, request: Pick<ListRequest, "exact">): SQL {
  return sql`
    ${groups(visibleLeads(actor, companyId))}
    SELECT count(*) AS total FROM (SELECT 1 FROM groups WHERE members > 1 LIMIT ${countLimit(request)})`;
}

/** Copies are few beside all leads, so the company's copies are looked through and not its leads. */
function groups(seen: SQL): SQL {
  return sql`
    WITH copies AS (
      SELECT ${leads.duplicateOf} AS first, count(*) AS members
      FROM ${leads} INDEXED BY leads_company_copies
      WHERE ${leads.duplicateOf} IS NOT NULL AND ${seen}
      GROUP BY ${leads.duplicateOf}),
    groups AS (
      SELECT first,
        members + EXISTS (SELECT 1 FROM ${leads} WHERE ${leads.id} = first AND ${seen}) AS members
      FROM copies)`;
}
