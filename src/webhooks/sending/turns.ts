/**
 * Whether it is the turn of a delivery `d`, as SQL: of each lead, and of each import, the first one that waits, so that
 * nobody learns of a change before one that came before it. One that fails keeps those of its lead waiting, and no
 * other.
 */
export const HAS_TURN = `d.status = 'pending' AND NOT EXISTS (
  SELECT 1 FROM webhook_deliveries e
  WHERE e.webhook_id = d.webhook_id AND e.status = 'pending' AND e.object_id = d.object_id AND e.id < d.id)`;

/** When a webhook `w` is to be sent the next of what waits, as SQL; `NULL` where nothing does. */
export const NEXT_AT = `(
  SELECT min(d.next_at) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND ${HAS_TURN})`;

/** Whether the feed has more for a webhook `w` than what is written down for it, as SQL. */
export const IS_BEHIND = `(
  w.cursor_object IS NOT NULL
  OR (SELECT coalesce(max(e.id), 0) FROM events e WHERE e.company_id = w.company_id) > w.cursor_row)`;
