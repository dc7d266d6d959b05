import { and, eq, isNull, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { notFound } from "../../errors.ts";
import { type EventActor, recordEvent } from "../../events/record-event.ts";
import { relinkDuplicates } from "../duplicates/relink-duplicates.ts";

/**
 * Deletes a lead for the time being: it is shown nowhere, its e-mail and phone are free for another, and it can be
 * restored for 30 days. The oldest of its copies takes its place.
 *
 * @param now milliseconds since 1970.
 * @throws 404 where it is deleted already.
 */
export async function removeLead(
  { db }: Tenant,
  actor: EventActor,
  { id, companyId }: { id: number; companyId: number },
  now: number,
): Promise<void> {
  const [removed] = await db.batch([
    db
      .update(leads)
      .set({
        deletedAt: now,
        version: sql`${leads.version} + 1`,
        updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)`,
      })
      .where(and(eq(leads.id, id), eq(leads.companyId, companyId), isNull(leads.deletedAt)))
      .returning({ id: leads.id }),
    recordEvent(
      db,
      actor,
      {
        type: "lead.deleted",
        companyId,
        objectId: id,
        details: sql`json_object('seen_by', json_array(${leads.assignedTo}))`,
      },
      now,
      sql`FROM ${leads} WHERE ${leads.id} = ${id} AND changes() > 0`,
    ),
    ...relinkDuplicates(db, JSON.stringify([id]), now),
  ]);
  if (removed.length === 0) throw notFound();
}
