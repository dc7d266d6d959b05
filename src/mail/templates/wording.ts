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
  invitation(about: { inviter: string; company: string; access: Role; left: string }): Request;
  /** Comes before the bare address of the link. */
  bareLink: string;
  footer: string;
}
