import { sql } from "drizzle-orm";
import type { Origin } from "../../audit/record.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import { AppError } from "../../errors.ts";
import { sharesTree } from "../../user-accesses/grant/right-to-grant.ts";

/**
 * How many invitations there may be within an hour, whatever became of them: each one is a mail to somebody who did
 * not ask for it. To one address they count by sender and by company tree, so that a stranger's company keeps no other
 * one from inviting; how many mails the address gets in all is bounded where they are sent.
 */
const TO_ONE_ADDRESS = 5;
const FROM_ONE_SENDER = 30;
const HOUR_MS = 60 * 60 * 1000;

/** A statement that refuses its batch where one more invitation would be too many. */
export function refuseTooMany(
  db: DirectoryDb,
  origin: Origin,
  inviterId: number,
  { email, companyId }: { email: string; companyId: number },
) {
  const since = origin.now - HOUR_MS;
  return refuseUnless(
    db,
    sql`(SELECT count(*) FROM ${invitations} WHERE email = ${email} AND created_at > ${since}
        AND (invited_by = ${inviterId} OR ${sharesTree(companyId, invitations.companyId)})) < ${TO_ONE_ADDRESS}
      AND (SELECT count(*) FROM ${invitations} WHERE invited_by = ${inviterId} AND created_at > ${since})
        < ${FROM_ONE_SENDER}`,
    "too_many_requests",
  );
}

/** The refusal of it. */
export function tooManyInvitations(): AppError {
  const detail =
    `Within an hour, at most ${TO_ONE_ADDRESS} invitations go from a company to one address and ${FROM_ONE_SENDER} ` +
    "come from one user: try again in an hour.";
  return new AppError("too_many_requests", detail, { headers: { "Retry-After": String(HOUR_MS / 1000) } });
}
