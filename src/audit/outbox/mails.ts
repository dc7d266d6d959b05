import { API_KEY_IDS } from "../../auth/api-keys/ids.ts";

/** Mails that events of a lead store cause, as statements of the batch in which these arrive, before they do. */

/** An import that took less is seen to its end by the one who sent the file. */
const LONG_SECONDS = 10;

/** An event that is there already has had its mail. */
const IS_NEW = "NOT EXISTS (SELECT 1 FROM audit_events a WHERE a.source_id = e.value->>'source_id')";

/**
 * The mails about imports that have ended. They go to confirmed addresses alone, and to those who want them: nobody,
 * where an API key sent the file.
 */
const IMPORT_MAILS = `
  INSERT INTO mails (kind, email, user_id, import_id, created_at, queued_at)
  SELECT 'import_ended', u.email, u.id, e.value->>'object_id', e.value->>'created_at', e.value->>'created_at'
  FROM json_each(?) e CROSS JOIN users u ON u.id = (e.value->>'details')->>'imported_by'
  WHERE e.value->>'action' = 'import.ended' AND (e.value->>'details')->>'seconds' >= ${LONG_SECONDS}
    AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL AND u.import_mails
    AND ${IS_NEW}
  RETURNING id`;

/** So many people are told of one webhook at the most. */
const MOST_READERS = 20;

/**
 * The mails about webhooks that were switched off: to who made them, by themselves or by a key that they made, as long as
 * they manage the company; else to its owners.
 */
const WEBHOOK_MAILS = `
  WITH off AS (
    SELECT e.value->>'object_id' AS webhook, e.value->>'company_id' AS company, e.value->>'created_at' AS at,
      coalesce(
        (SELECT k.created_by FROM api_keys k WHERE k.id = (e.value->>'details')->>'created_by' AND k.id > ${API_KEY_IDS}),
        (e.value->>'details')->>'created_by') AS maker
    FROM json_each(?) e WHERE e.value->>'action' = 'webhook.switched_off' AND ${IS_NEW}),
  readers AS (
    SELECT off.webhook, off.at, off.maker, u.id, u.email, a.access_id, a.company_id = off.company AS own
    FROM off CROSS JOIN company_ancestors c ON c.company_id = off.company
    CROSS JOIN user_accesses a ON a.company_id = c.ancestor_id
    CROSS JOIN users u ON u.id = a.user_id
    WHERE a.access_id <= 2 AND a.suspended_at IS NULL AND u.status = 'active' AND u.email_confirmed_at IS NOT NULL)
  INSERT INTO mails (kind, email, user_id, webhook_id, created_at, queued_at)
  SELECT DISTINCT 'webhook_off', r.email, r.id, r.webhook, r.at, r.at FROM readers r
  WHERE r.id = r.maker
    OR (r.own AND r.access_id = 1 AND NOT EXISTS (
      SELECT 1 FROM readers m WHERE m.webhook = r.webhook AND m.id = m.maker))
  LIMIT ${MOST_READERS}
  RETURNING id`;

/** The statement for each action that causes mails; it binds the events as JSON. */
export const MAILS_OF: Readonly<Record<string, string>> = {
  "import.ended": IMPORT_MAILS,
  "webhook.switched_off": WEBHOOK_MAILS,
};
