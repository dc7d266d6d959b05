import { type SQL, sql } from "drizzle-orm";
import { keyedRequests } from "../../db/keyed-requests.ts";
import type { KeyedDb } from "./creation.ts";
import { ERASED_STATUS } from "./requests.ts";

/**
 * Statements that erase kept answers and the hashes of their requests. The key stays known,
 * so that a late repetition is a 404 and creates nobody again. The answer is written over before it is let go of.
 *
 * @param condition over the operation and the object of a keyed request.
 */
export function eraseAnswers(db: KeyedDb, condition: SQL) {
  return [
    writeOver(db, condition),
    db
      .update(keyedRequests)
      .set({ fingerprint: "", body: null, headers: null, status: ERASED_STATUS })
      .where(condition),
  ] as const;
}

/**
 * Statements that let go of kept answers, after they were written over. What they told of is there all the same, so
 * that a repetition is answered by what has become of it.
 *
 * @param condition over the keyed requests.
 */
export function dropAnswers(db: KeyedDb, condition: SQL) {
  return [
    writeOver(db, condition),
    db
      .update(keyedRequests)
      .set({ body: null, headers: null, status: null, leasedUntil: 0 })
      .where(sql`${condition} AND ${keyedRequests.status} <> ${ERASED_STATUS}`),
  ] as const;
}

function writeOver(db: KeyedDb, condition: SQL) {
  const { body } = keyedRequests;
  return db
    .update(keyedRequests)
    .set({ body: sql`iif(${body} IS NULL, NULL, printf('%.*c', length(CAST(${body} AS BLOB)), '.'))` })
    .where(condition);
}
