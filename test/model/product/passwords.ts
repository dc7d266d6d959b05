import type { ConfirmedBy, Person } from "../rules/state.ts";

/** The password that people choose for themselves, and the one that others choose for them. */
export const PASSWORDS = { own: "nine boats in the harbour", stranger: "seven lamps on the stairs" };

/** What a link is opened with, besides a session. */
export function shownWith(by: ConfirmedBy): object {
  return {
    session: {},
    nothing: {},
    "own password": { current_password: PASSWORDS.own },
    "stranger's password": { current_password: PASSWORDS.stranger },
    "new password": { password: PASSWORDS.own },
  }[by];
}

/**
 * A person as the model sees them.
 *
 * @param row of their account, if there is one.
 * @param madeIn the company in whose name somebody made it.
 * @param strangers the hashes of passwords that others have chosen.
 */
export function personOf(
  row: Record<string, number> | undefined,
  madeIn: number | null,
  strangers: Set<string>,
): Person {
  const hash = row?.password_hash ?? null;
  return {
    status: (row ? String(row.status) : "none") as "active",
    operator: row?.operator === 1,
    confirmed: row !== undefined && row.email_confirmed_at !== null,
    password: hash === null ? null : strangers.has(String(hash)) ? "stranger" : "own",
    madeByOther: row?.made_by_other === 1,
    madeIn,
    version: row?.token_version ?? 0,
  };
}
