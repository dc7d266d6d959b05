import { and, sql } from "drizzle-orm";
import type * as z from "zod";
import type { CompanyActor } from "../auth/actor.ts";
import type { Databases } from "../db/clients.ts";
import { expectRows, startRows } from "../db/expected-rows.ts";
import { questions } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { listStages } from "../stages/queries.ts";
import { namesOfAuthors, namesOfMembers } from "../users/queries.ts";
import { findHiddenCanonicalLeads } from "./duplicates/hidden-canonical-leads.ts";
import type { LeadRow } from "./queries.ts";
import type { Lead } from "./schemas.ts";
import { viewLead } from "./view.ts";

/** Whom leads are shown to, and of which company they are. */
interface Viewer {
  actor: CompanyActor;
  tenant: Tenant;
}

/**
 * Shows leads of one company with the names of what they point to: one query each for a whole page, and none where
 * nothing is pointed to.
 */
export function showLeads(
  databases: Databases,
  viewer: Viewer,
  rows: LeadRow[],
): Promise<z.input<typeof Lead>[]> {
  const names = (ids: number[]) => namesOfAuthors(databases.directory, ids);
  const keys = (ids: number[]) => keysOfQuestions(viewer.tenant, ids);
  return showWith(databases, viewer, rows, { names, keys });
}

/**
 * The same for a page of leads that is still to be read: what the page before pointed to is asked for at once.
 *
 * @param place tells the list from others: see {@link expectRows}.
 */
export function expectLeads(
  databases: Databases,
  viewer: Viewer & { companyId: number },
  place: string,
): (rows: LeadRow[]) => Promise<z.input<typeof Lead>[]> {
  const { directory } = databases;
  const names = expectRows(
    `names ${place}`,
    (ids) => namesOfAuthors(directory, ids),
    () => namesOfMembers(directory, [viewer.companyId]),
  );
  const keys = expectRows(`questions ${place}`, (ids) => keysOfQuestions(viewer.tenant, ids));
  return (rows) => showWith(databases, viewer, rows, { names, keys });
}

/** The same for one lead that is still to be read, of a company that is not known yet. @param tenant of its store. */
export function expectLead(
  databases: Databases,
  tenant: Tenant,
  id: number,
): (viewer: Viewer, row: LeadRow) => Promise<z.input<typeof Lead>> {
  const names = expectRows(`names lead ${id}`, (ids) => namesOfAuthors(databases.directory, ids));
  const keys = expectRows(`questions lead ${id}`, (ids) => keysOfQuestions(tenant, ids));
  return async (viewer, row) => onlyLead(await showWith(databases, viewer, [row], { names, keys }));
}

/** The same for a lead that is being changed. @param userIds whom it will most likely point to then. */
export function startLead(
  databases: Databases,
  viewer: Viewer,
  userIds: readonly (number | null | undefined)[],
): (row: LeadRow) => Promise<z.input<typeof Lead>> {
  const ids = distinct(userIds.flatMap((id) => id ?? []));
  const names = startRows(ids, (wanted) => namesOfAuthors(databases.directory, wanted));
  const keys = (wanted: number[]) => keysOfQuestions(viewer.tenant, wanted);
  return async (row) => onlyLead(await showWith(databases, viewer, [row], { names, keys }));
}

/** Loads what leads point to, by id; nothing is asked for no ids. */
interface Pointers {
  names(ids: number[]): Promise<Map<number, { fullName: string }>>;
  keys(ids: number[]): Promise<Map<number, string>>;
}

async function showWith(
  { directory }: Databases,
  { actor, tenant }: Viewer,
  rows: LeadRow[],
  pointers: Pointers,
): Promise<z.input<typeof Lead>[]> {
  const [stages, users, questionKeys, unseen] = await Promise.all([
    listStages(directory),
    pointers.names(distinct(rows.flatMap(({ assignedTo }) => assignedTo ?? []))),
    pointers.keys(distinct(rows.flatMap(({ answers }) => Object.keys(answers ?? {}).map(Number)))),
    findHiddenCanonicalLeads(tenant, actor, rows),
  ]);
  const userNames = new Map([...users].map(([id, { fullName }]) => [id, fullName]));
  return rows.map((row) => {
    const shown =
      row.duplicateOf !== null && unseen.has(row.duplicateOf) ? { ...row, duplicateOf: null } : row;
    return viewLead(shown, { stages, questionKeys, userNames });
  });
}

/** Shows one lead. */
export async function showLead(
  databases: Databases,
  seen: { actor: CompanyActor; tenant: Tenant },
  row: LeadRow,
): Promise<z.input<typeof Lead>> {
  return onlyLead(await showLeads(databases, seen, [row]));
}

function onlyLead([lead]: z.input<typeof Lead>[]): z.input<typeof Lead> {
  if (!lead) throw new Error("one row makes one lead");
  return lead;
}

async function keysOfQuestions(tenant: Tenant, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tenant.db
    .select({ id: questions.id, key: questions.key })
    .from(questions)
    .where(
      and(
        sql`${questions.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ownedBy(tenant, questions.companyId),
      ),
    )
    .prepare()
    .all(ownedValues(tenant));
  return new Map(rows.map(({ id, key }) => [id, key]));
}

function distinct(ids: number[]): number[] {
  return [...new Set(ids)];
}
