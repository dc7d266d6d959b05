import type { Role } from "../../auth/actor.ts";
import type { users } from "../../db/directory/schema.ts";

export type Locale = (typeof users.$inferSelect)["locale"];

/** What one mail says, in plain text: the layout escapes it. */
export interface Notice {
  subject: string;
  /** Paragraphs before the link, if there is one. */
  message: string[];
  /** Paragraphs after it. */
  notes: string[];
}

/** A mail that asks for something. */
export interface Request extends Notice {
  /** What its link does, as a button says it. */
  action: string;
}

/** How an import can have ended: one that runs again, or was undone since, is told of no more. */
export const ENDS = ["completed", "completed_with_errors", "failed", "cancelled", "validated"] as const;

/** An import that has ended, as a mail tells of it. */
export interface EndedImport {
  file: string;
  company: string;
  status: (typeof ENDS)[number];
  ledger: Record<"total" | "created" | "updated" | "unchanged" | "duplicate" | "failed" | "warnings", number>;
  /** Why it failed as a whole, and what to do; `null` where nobody has said that in the reader's language. */
  failure: string | null;
  /** What is wrong with records, in the reader's language: those rejected first, then the most frequent. */
  groups: { says: string; column: string | null; count: number }[];
  /** Where it is shown. */
  page: string;
}

/** A webhook that was switched off, since nothing arrives there any more. */
export interface SilentWebhook {
  id: number;
  /** Where it leads, without a path: that may have a secret in it. */
  host: string;
  company: string;
  /** Since when nothing arrived, in milliseconds since 1970. */
  since: number;
  /** Whether the receiver said that it is there no more. */
  gone: boolean;
}

/** All that mails say in one language. */
export interface Dictionary {
  /** @param name `null` where we know none. */
  greeting(name: string | null): string;
  /** @param left how long the link is good for, in words. */
  set_password(left: string): Request;
  reset_password(left: string): Request;
  confirm_email(left: string): Request;
  /** Asks a new user to show that the address is theirs. */
  confirm_sign_up(left: string): Request;
  /** Goes to the present address when another one is asked for; its link undoes the change. */
  email_changed(left: string): Request;
  /** @param ip `null` where it is not known. */
  new_device(about: { when: string; ip: string | null }): Notice;
  import_ended(about: Omit<EndedImport, "page">): Request;
  webhook_off(about: Omit<SilentWebhook, "since"> & { when: string }): Notice;
  invitation(about: { inviter: string; company: string; access: Role; left: string }): Request;
  /** Comes before the bare address of the link. */
  bareLink: string;
  footer: string;
}
