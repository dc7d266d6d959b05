import { env } from "cloudflare:test";
import type { Invitation, State } from "../rules/state.ts";
import { personOf } from "./passwords.ts";
import { prepare, type Row, type World } from "./world.ts";

/** Reads the world as the model sees it, and notes the ids of what is new. */
export async function look(world: World): Promise<{ state: State; withoutOwner: boolean[] }> {
  const { userIds, companyIds, emails, accessIds, invitationIds, versions, strangers } = world;
  const [users, companies, held, invitations, keys, sessions] = await env.DIRECTORY.batch<Row>([
    prepare(
      `SELECT id, email, status, operator, email_confirmed_at, password_hash, token_version, EXISTS (
         SELECT 1 FROM audit_events e WHERE e.object_type = 'user' AND e.object_id = users.id
           AND e.action = 'user.created' AND e.actor_id IS NOT NULL) AS made_by_other, (
         SELECT company_id FROM audit_events e WHERE e.object_type = 'user' AND e.object_id = users.id
           AND e.action = 'user.created') AS made_in
       FROM users WHERE email IN (SELECT value FROM json_each(?))`,
      JSON.stringify(emails),
    ),
    prepare(
      `SELECT id, parent_company_id, without_owner_since, (
         SELECT actor_id FROM audit_events e WHERE e.object_type = 'company' AND e.object_id = companies.id
           AND e.action = 'company.created') AS maker FROM companies
       WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(companyIds),
    ),
    prepare(
      `SELECT ua.*, iif(u.email_confirmed_at IS NULL, (
         SELECT json_group_array(json_array(actor_id, details->>'access_id')) FROM (
           SELECT * FROM audit_events e WHERE e.object_type = 'user_access' AND e.object_id = ua.id
             AND e.actor_id <> ua.user_id AND e.action IN ('user_access.granted', 'user_access.changed')
           ORDER BY e.id)), '[]') AS granted
       FROM user_accesses ua JOIN users u ON u.id = ua.user_id
       WHERE u.email IN (SELECT value FROM json_each(?)) ORDER BY ua.id`,
      JSON.stringify(emails),
    ),
    prepare(
      `SELECT * FROM invitations WHERE company_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(companyIds),
    ),
    prepare(
      `SELECT * FROM api_keys WHERE company_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(companyIds),
    ),
    prepare(
      `SELECT min(user_id) AS user_id, max(revoked_at IS NULL) AS open, max(used_at IS NOT NULL) AS refreshed
       FROM sessions WHERE family IN (SELECT value FROM json_each(?)) GROUP BY family ORDER BY min(id)`,
      JSON.stringify(world.devices.map(({ family }) => family)),
    ),
  ]);
  const byEmail = new Map((users?.results ?? []).map((row) => [String(row.email), row]));
  userIds.splice(
    0,
    Infinity,
    ...emails.map((email) => (byEmail.get(email)?.id as number | undefined) ?? null),
  );
  const company = (id: number | undefined) => companyIds.indexOf(id as number);
  const person = (id: number | undefined) => userIds.indexOf(id as number);
  accessIds.clear();
  for (const row of held?.results ?? []) {
    accessIds.set(`${person(row.user_id)}/${company(row.company_id)}`, row.id as number);
  }
  invitationIds.splice(0, Infinity, ...(invitations?.results ?? []).map(({ id }) => id as number));
  world.keyIds.splice(0, Infinity, ...(keys?.results ?? []).map(({ id }) => id as number));
  for (const [index, email] of emails.entries()) {
    versions[index] = (byEmail.get(email)?.token_version as number | undefined) ?? 0;
  }
  const state: State = {
    people: emails.map((email) => {
      const row = byEmail.get(email);
      return personOf(row, row?.made_in ? company(row.made_in) : null, strangers);
    }),
    companies: (companies?.results ?? []).map((row) =>
      row.parent_company_id === null ? null : company(row.parent_company_id),
    ),
    makers: (companies?.results ?? []).map(({ maker }) => (maker ? person(maker) : null)),
    held: (held?.results ?? []).map((row) => ({
      person: person(row.user_id),
      company: company(row.company_id),
      access: row.access_id as number,
      primary: row.primary === 1,
      suspended: row.suspended_at !== null,
      granted: (JSON.parse(String(row.granted)) as number[][]).map(([by, access]) => ({
        by: person(by),
        access: access as number,
      })),
    })),
    invitations: (invitations?.results ?? []).map((row) => ({
      company: company(row.company_id),
      person: emails.indexOf(String(row.email)),
      access: row.access_id as number,
      inviter: person(row.invited_by),
      state: stateOf(row),
    })),
    keys: (keys?.results ?? []).map((row) => ({
      company: company(row.company_id),
      access: row.access_id as number,
      maker: person(row.created_by),
      ended: row.ended_at !== null,
    })),
    sessions: (sessions?.results ?? []).map((row) => ({
      person: person(row.user_id),
      open: row.open === 1,
      refreshed: row.refreshed === 1,
    })),
  };
  return { state, withoutOwner: (companies?.results ?? []).map((row) => row.without_owner_since !== null) };
}

function stateOf(row: Row): Invitation["state"] {
  if (row.accepted_at !== null) return "accepted";
  if (row.declined_at !== null) return "declined";
  return row.revoked_at !== null ? "revoked" : "open";
}
