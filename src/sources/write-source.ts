import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import { leadSources } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError, fieldError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { fold } from "../text/fold.ts";
import type { SourceRow } from "./queries.ts";
import type { CreateSourceBody, UpdateSourceBody } from "./schemas.ts";

/**
 * Adds a source to those that a company offers.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where the company has one of that name, or as many as it may.
 */
export async function createSource(
  tenant: Tenant,
  companyId: number,
  { name }: z.output<typeof CreateSourceBody>,
  now: number,
  creation: Creation,
): Promise<SourceRow> {
  const { db } = tenant;
  const written = db.batch([
    db
      .insert(leadSources)
      .values({ companyId, name, nameKey: fold(name), createdAt: now })
      .returning(),
    ...creation.record(db, sql`(SELECT max(id) FROM ${leadSources})`),
  ]);
  const [rows] = await written.catch(refuse);
  return theOne(rows);
}

/**
 * Changes the fields of a source that are given. Leads keep the text that they came with.
 *
 * @throws 409 where the company has another one of that name.
 */
export async function updateSource(
  tenant: Tenant,
  row: SourceRow,
  { name, active }: z.output<typeof UpdateSourceBody>,
): Promise<SourceRow> {
  if (name === undefined && active === undefined) return row;
  const written = tenant.db
    .update(leadSources)
    .set({ name, active, nameKey: name === undefined ? undefined : fold(name) })
    .where(mine(row))
    .returning();
  return theOne(await written.catch(refuse));
}

/** Takes a source from those that a company offers. Leads keep the text that they came with. */
export async function removeSource(tenant: Tenant, row: SourceRow): Promise<void> {
  theOne(await tenant.db.delete(leadSources).where(mine(row)).returning());
}

function mine({ id, companyId }: SourceRow) {
  return and(eq(leadSources.id, id), eq(leadSources.companyId, companyId));
}

/** @throws 404 where somebody else removed it meanwhile. */
function theOne([row]: SourceRow[]): SourceRow {
  return requireFound(row);
}

function refuse(error: Error): never {
  const cause = `${error.message} ${error.cause}`;
  if (cause.includes("UNIQUE constraint failed: lead_sources.")) {
    const detail = "is that of another source: case, accents and spaces make no difference";
    throw fieldError("source_exists", "name", "source_exists", detail);
  }
  if (cause.includes("list_full")) {
    throw new AppError("list_full", "A company has at most 500 sources: delete some, or use those.");
  }
  throw error;
}
