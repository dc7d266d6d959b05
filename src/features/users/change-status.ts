import { sql } from "drizzle-orm";
import { endSessionsOf } from "../../auth/sessions.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { mails } from "../../db/directory/schema.ts";
import { fieldError } from "../../http/errors.ts";
import { type AuditEvent, audit, type Origin } from "../audit/record.ts";
import type { Change } from "./change.ts";
import { endLinks } from "./end-links.ts";
import type { Account } from "./queries.ts";

/**
 * Disables a user, from the next request on, or enables them again. The database refuses to disable the last
 * owner of a company.
 *
 * Whoever has never set a password goes back to `pending`: they still have to.
 *
 * @param companyId in whose name it is done.
 * @returns `null` where it is so already.
 * @throws 422 where a pending user is to become active.
 */
export function changeStatus(
  db: DirectoryDb,
  origin: Origin,
  account: Account,
  status: "active" | "disabled" | undefined,
  companyId: AuditEvent["companyId"],
): Change | null {
  if (status === undefined || status === account.status) return null;
  const { id, email } = account;
  if (status === "active") {
    if (account.status === "pending") {
      throw fieldError("invalid_body", "status", "pending", "becomes active when the user sets a password");
    }
    return {
      columns: { status: account.passwordHash === null ? "pending" : "active" },
      statements: [audit(db, origin, { action: "user.enabled", companyId, objectId: id })],
    };
  }
  const links = sql`${mails.userId} = ${id} OR ${mails.kind} = 'reset_password' AND ${mails.email} = ${email}`;
  return {
    columns: { status },
    statements: [
      ...endSessionsOf(db, id, origin.now),
      endLinks(db, links, origin.now),
      audit(db, origin, { action: "user.disabled", companyId, objectId: id }),
    ],
  };
}
