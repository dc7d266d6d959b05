import { and, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../db/clients.ts";
import { leads, leadTags } from "../db/leads/schema.ts";

/** How many tags a lead has at the most. */
export const MAX_TAGS = 100;

/** In characters, of which some are two UTF-16 units. */
export const MAX_TAG_LENGTH = 64;

/** Whether a clean text can be a tag: short, and on one line. */
export function isTag(text: string): boolean {
  return text !== "" && isShort(text) && !/\p{Cc}/u.test(text);
}

function isShort(text: string): boolean {
  return (
    text.length <= MAX_TAG_LENGTH || (text.length <= 2 * MAX_TAG_LENGTH && [...text].length <= MAX_TAG_LENGTH)
  );
}

/** A statement that puts tags on the lead that a condition singles out. @param tags JSON. */
export function addTags(db: LeadsDb, lead: SQL | undefined, tags: string) {
  return db
    .insert(leadTags)
    .select(sql`
      SELECT ${leads.companyId}, ${leads.id}, t.value FROM ${leads}, json_each(${tags}) t WHERE ${lead}`)
    .onConflictDoNothing();
}

/** A statement that takes all other tags off it. @param tags JSON. */
export function removeOtherTags(db: LeadsDb, lead: SQL | undefined, tags: string) {
  return db
    .delete(leadTags)
    .where(
      and(
        sql`${leadTags.leadId} = (SELECT ${leads.id} FROM ${leads} WHERE ${lead})`,
        sql`${leadTags.tag} NOT IN (SELECT value FROM json_each(${tags}))`,
      ),
    );
}
