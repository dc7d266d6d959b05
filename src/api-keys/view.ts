import type * as z from "zod";
import { roleOf, type UserActor } from "../auth/actor.ts";
import { statusOf } from "../auth/api-keys/status.ts";
import { isoTime } from "../http/time.ts";
import { fullName } from "../users/queries.ts";
import type { ApiKeyRow } from "./queries.ts";
import type { ApiKey, KeyRole } from "./schemas.ts";

/**
 * An API key as the API shows it: its secret is nowhere.
 *
 * @param actor who looks: operators see each other.
 * @param now milliseconds since 1970.
 */
export function viewApiKey(
  row: ApiKeyRow,
  actor: Pick<UserActor, "operator">,
  now: number,
): z.input<typeof ApiKey> {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    role: keyRoleOf(row.accessId),
    scopes: row.scopes,
    prefix: row.prefix,
    status: statusOf(row, now),
    created_by: viewCreator(row, actor),
    creator_has_right: row.creatorHasRight === 1,
    created_at: isoTime(row.createdAt),
    last_used_at: isoTime(row.lastUsedAt),
    expires_at: isoTime(row.expiresAt),
    ended_at: isoTime(row.endedAt),
  };
}

/** Who made a key, or a link for imports; `null` where who looks does not see them. */
export function viewCreator(
  { createdBy, creatorFirstName: firstName, creatorLastName: lastName, isCreatorNamed }: ApiKeyRow,
  { operator }: Pick<UserActor, "operator">,
): { id: number; full_name: string } | null {
  if (!operator && isCreatorNamed !== 1) return null;
  return { id: createdBy, full_name: fullName({ firstName, lastName }) };
}

/** @throws for an access that no key has. */
function keyRoleOf(accessId: number): z.output<typeof KeyRole> {
  const role = roleOf(accessId);
  if (role === undefined || role === "owner") throw new Error(`an API key has the access ${accessId}`);
  return role;
}
