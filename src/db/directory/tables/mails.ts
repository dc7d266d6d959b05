import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { invitations } from "./invitations.ts";
import { users } from "./users.ts";

/** Kinds of mails that somebody else can cause, without that their recipient did anything. */
export const UNASKED = ["invitation", "set_password", "confirm_email"] as const;

/** Whether a mail is of such a kind, and was not asked for by the person that it goes to. */
export const isUnasked = sql.raw(`asked = 0 AND kind IN (${UNASKED.map((kind) => `'${kind}'`).join(", ")})`);

/**
 * Mail that is to be sent, written in the same transaction as what it is about; the queue carries ids only. Its
 * link is signed, never stored, and good for one use.
 */
export const mails = sqliteTable(
  "mails",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({
      enum: [
        "set_password",
        "reset_password",
        "confirm_email",
        "email_changed",
        "new_device",
        "invitation",
        "import_ended",
        "webhook_off",
      ],
    }).notNull(),
    /** Where it goes. A reset is written for any address: whether it has an account is looked up later. */
    email: text().notNull(),
    userId: integer("user_id").references(() => users.id),
    invitationId: integer("invitation_id").references(() => invitations.id),
    /** An import of a lead store, whose end it tells of. */
    importId: integer("import_id"),
    /** A webhook of a lead store, which was switched off. */
    webhookId: integer("webhook_id"),
    /** Whether it was asked for in a session of its account, or from where that was used before: not by strangers. */
    asked: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
    /** Until when its link can be used; `null` for a mail without one. */
    linkExpiresAt: integer("link_expires_at"),
    /** When its link was used, or a newer one took its place. */
    linkEndedAt: integer("link_ended_at"),
    /** When the queue last got it, or is to get it again. */
    queuedAt: integer("queued_at").notNull(),
    /** When it was sent, or found to have nobody to go to. */
    doneAt: integer("done_at"),
    /** When it was given up, was one too many for its address, or had nobody to go to: it did not go out. */
    failedAt: integer("failed_at"),
  },
  (t) => [
    index("mails_waiting").on(t.queuedAt).where(sql`${t.doneAt} IS NULL AND ${t.failedAt} IS NULL`),
    index("mails_user").on(t.userId, t.kind),
    // Addresses that their last owner can still have back.
    index("mails_undo").on(t.email).where(sql`${t.kind} = 'email_changed' AND ${t.linkEndedAt} IS NULL`),
    index("mails_invitation").on(t.invitationId).where(sql`${t.invitationId} IS NOT NULL`),
    // A reset is found by its address until its user is known.
    index("mails_reset").on(t.email).where(sql`${t.kind} = 'reset_password'`),
    index("mails_unasked").on(t.email, t.createdAt).where(isUnasked),
    index("mails_created").on(t.createdAt),
  ],
);
