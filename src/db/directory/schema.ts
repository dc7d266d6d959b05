import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  sqliteView,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/** The directory: who may do what. Times are milliseconds since 1970, UTC. */

export { keyedRequests } from "../keyed-requests.ts";

export const users = sqliteTable(
  "users",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Trimmed and lower-cased: an address is one account, however it is typed. */
    email: text().notNull().unique(),
    /** When the mailbox of `email` answered; until then nothing that is addressed to it is shown or accepted. */
    emailConfirmedAt: integer("email_confirmed_at"),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    phone: text(),
    locale: text({ enum: ["en", "es", "pt"] })
      .notNull()
      .default("en"),
    status: text({ enum: ["pending", "active", "disabled"] }).notNull(),
    operator: integer({ mode: "boolean" }).notNull().default(false),
    passwordHash: text("password_hash"),
    /** Raised to end every token of the user at once. */
    tokenVersion: integer("token_version").notNull().default(0),
    avatarKey: text("avatar_key"),
    onboardingCompletedAt: integer("onboarding_completed_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [index("users_avatar").on(t.avatarKey).where(sql`${t.avatarKey} IS NOT NULL`)],
);

export const companies = sqliteTable(
  "companies",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull(),
    parentCompanyId: integer("parent_company_id").references((): AnySQLiteColumn => companies.id),
    /** The lead store of the whole company tree, given when its root is created. */
    leadStore: integer("lead_store").notNull(),
    avatarKey: text("avatar_key"),
    timezone: text().notNull().default("UTC"),
    /** ISO 3166-1 alpha-2: how a phone without a country code is read. */
    country: text(),
    defaultLocale: text("default_locale", { enum: ["en", "es", "pt"] })
      .notNull()
      .default("en"),
    cyclesEnabled: integer("cycles_enabled", { mode: "boolean" }).notNull().default(false),
    /** Since when no active user owns it, by an access to it or above it; kept by triggers. */
    withoutOwnerSince: integer("without_owner_since"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    index("companies_parent").on(t.parentCompanyId),
    index("companies_without_owner").on(t.id).where(sql`${t.withoutOwnerSince} IS NOT NULL`),
    index("companies_avatar").on(t.avatarKey).where(sql`${t.avatarKey} IS NOT NULL`),
  ],
);

/** Each company with each of its ancestors, itself included (depth 0): an access reaches all descendants. */
export const companyAncestors = sqliteTable(
  "company_ancestors",
  {
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    ancestorId: integer("ancestor_id")
      .notNull()
      .references(() => companies.id),
    depth: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ancestorId, t.companyId] }),
    index("company_ancestors_company").on(t.companyId),
    check("company_ancestors_depth", sql`${t.depth} BETWEEN 0 AND 4`),
  ],
);

export const accesses = sqliteTable("accesses", {
  id: integer().primaryKey(),
  name: text({ enum: ["owner", "manager", "agent", "viewer"] })
    .notNull()
    .unique(),
  description: text().notNull(),
  permissions: text({ mode: "json" }).$type<string[]>().notNull(),
});

export const userAccesses = sqliteTable(
  "user_accesses",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    accessId: integer("access_id")
      .notNull()
      .references(() => accesses.id),
    primary: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
    /** Since when it counts for nothing: the company's managers cut the user off, who may belong to others too. */
    suspendedAt: integer("suspended_at"),
  },
  (t) => [
    uniqueIndex("user_accesses_user_company").on(t.userId, t.companyId),
    uniqueIndex("user_accesses_one_primary").on(t.userId).where(sql`${t.primary} = 1`),
    index("user_accesses_company").on(t.companyId),
    index("user_accesses_suspended").on(t.userId).where(sql`${t.suspendedAt} IS NOT NULL`),
  ],
);

/**
 * Of a user's accesses those that another one, to a company above, does not imply: with the ancestors they say all
 * that the user sees, and they stay few where somebody owns an agency and each of its companies too. Kept by triggers.
 */
export const accessRoots = sqliteTable(
  "access_roots",
  {
    userId: integer("user_id").notNull(),
    companyId: integer("company_id").notNull(),
    accessId: integer("access_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.companyId] })],
);

/** How many companies there are in the tree below a company, itself included. Kept by triggers. */
export const companyCounts = sqliteTable("company_counts", {
  companyId: integer("company_id").primaryKey(),
  companies: integer().notNull(),
});

/** The lead stores: how many companies live in each (kept by a trigger), and how large it was when it was measured last. */
export const leadStoreSizes = sqliteTable("lead_stores", {
  store: integer().primaryKey(),
  companies: integer().notNull(),
  bytes: integer(),
  measuredAt: integer("measured_at"),
});

/** One row for each refresh token ever handed out; only its SHA-256 is kept. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    /** All tokens that came from one sign-in. */
    family: text().notNull(),
    refreshHash: text("refresh_hash").notNull().unique(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    revokedAt: integer("revoked_at"),
    /** The id of the family's first row, under which the session is listed; `null` in that row itself. */
    rootId: integer("root_id"),
    /** When its user proved who they are: the session ends 90 days later, however often it is refreshed. */
    signedInAt: integer("signed_in_at").notNull().default(0),
    /** Where the refresh token was handed out to. */
    ip: text(),
    /** Its IPv4 address, or the /64 of its IPv6 address. */
    network: text(),
    userAgent: text("user_agent"),
  },
  (t) => [
    index("sessions_family").on(t.family),
    index("sessions_user").on(t.userId),
    index("sessions_expires").on(t.expiresAt),
  ],
);

export const stages = sqliteTable("stages", {
  id: integer().primaryKey(),
  name: text().notNull(),
  key: text().notNull().unique(),
  kind: text({ enum: ["initial", "open", "won", "lost"] }).notNull(),
  position: integer().notNull(),
});

export const memberships = sqliteTable("memberships", {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  description: text().notNull(),
  priceCents: integer("price_cents").notNull(),
  currency: text().notNull(),
  interval: text({ enum: ["month", "year"] }).notNull(),
  /** `null` where there is no limit. */
  maxUsers: integer("max_users"),
  maxLeads: integer("max_leads"),
  maxImportsPerMonth: integer("max_imports_per_month"),
  active: integer({ mode: "boolean" }).notNull().default(true),
});

export const companyMemberships = sqliteTable(
  "company_memberships",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    membershipId: integer("membership_id")
      .notNull()
      .references(() => memberships.id),
    status: text({ enum: ["active", "canceling", "canceled"] }).notNull(),
    startedAt: integer("started_at").notNull(),
    currentPeriodEnd: integer("current_period_end").notNull(),
    canceledAt: integer("canceled_at"),
  },
  (t) => [
    uniqueIndex("company_memberships_one_active").on(t.companyId).where(sql`${t.status} <> 'canceled'`),
    index("company_memberships_company").on(t.companyId, t.id),
    index("company_memberships_ending").on(t.currentPeriodEnd).where(sql`${t.status} <> 'canceled'`),
  ],
);

/**
 * Each company with the membership that counts for it: its own, else that of the nearest company above it. All with
 * one holder share its limits.
 */
export const sharedMemberships = sqliteView("shared_memberships", {
  companyId: integer("company_id").notNull(),
  holderId: integer("holder_id").notNull(),
  membershipId: integer("membership_id").notNull(),
}).existing();

/** What a billing provider is to be told: written in the same transaction as the change that it is about. */
export const billingEvents = sqliteTable(
  "billing_events",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    companyMembershipId: integer("company_membership_id")
      .notNull()
      .references(() => companyMemberships.id),
    kind: text({ enum: ["attached", "renewed", "canceling", "canceled"] }).notNull(),
    /** What is due for it. */
    amountCents: integer("amount_cents").notNull(),
    currency: text().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("billing_events_company").on(t.companyId, t.id)],
);

export const legalTerms = sqliteTable(
  "legal_terms",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    version: text().notNull(),
    locale: text({ enum: ["en", "es", "pt"] }).notNull(),
    title: text().notNull(),
    body: text().notNull(),
    sha256: text().notNull(),
    publishedAt: integer("published_at").notNull(),
  },
  (t) => [uniqueIndex("legal_terms_version_locale").on(t.version, t.locale)],
);

/** Append-only: who approved which text, when and from where. */
export const legalApprovals = sqliteTable(
  "legal_approvals",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id),
    legalTermId: integer("legal_term_id")
      .notNull()
      .references(() => legalTerms.id),
    version: text().notNull(),
    sha256: text().notNull(),
    approvedAt: integer("approved_at").notNull(),
    ip: text(),
    userAgent: text("user_agent"),
  },
  (t) => [index("legal_approvals_user").on(t.userId, t.version)],
);

/** An access offered to an e-mail address: its link is mailed, and one for the same company replaces it. */
export const invitations = sqliteTable(
  "invitations",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    companyId: integer("company_id")
      .notNull()
      .references(() => companies.id),
    /** Trimmed and lower-cased, as in `users`. */
    email: text().notNull(),
    accessId: integer("access_id")
      .notNull()
      .references(() => accesses.id),
    firstName: text("first_name"),
    lastName: text("last_name"),
    invitedBy: integer("invited_by")
      .notNull()
      .references(() => users.id),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    acceptedAt: integer("accepted_at"),
    acceptedBy: integer("accepted_by").references(() => users.id),
    /** When it was taken back, or replaced by a newer one. */
    revokedAt: integer("revoked_at"),
  },
  (t) => [
    uniqueIndex("invitations_one_open")
      .on(t.companyId, t.email)
      .where(sql`${t.acceptedAt} IS NULL AND ${t.revokedAt} IS NULL`),
    index("invitations_company").on(t.companyId, t.id),
    index("invitations_email").on(t.email, t.createdAt),
    index("invitations_inviter").on(t.invitedBy, t.createdAt),
  ],
);

/**
 * Mail that is to be sent, written in the same transaction as what it is about; the queue carries ids only. Its
 * link is signed, never stored, and good for one use.
 */
export const mails = sqliteTable(
  "mails",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({
      enum: ["set_password", "reset_password", "confirm_email", "email_changed", "new_device", "invitation"],
    }).notNull(),
    /** Where it goes. A reset is written for any address: whether it has an account is looked up later. */
    email: text().notNull(),
    userId: integer("user_id").references(() => users.id),
    invitationId: integer("invitation_id").references(() => invitations.id),
    createdAt: integer("created_at").notNull(),
    /** Until when its link can be used; `null` for a mail without one. */
    linkExpiresAt: integer("link_expires_at"),
    /** When its link was used, or a newer one took its place. */
    linkEndedAt: integer("link_ended_at"),
    /** When the queue last got it, or is to get it again. */
    queuedAt: integer("queued_at").notNull(),
    /** When it was sent, or found to have nobody to go to. */
    doneAt: integer("done_at"),
    /** When it was given up. */
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
    index("mails_created").on(t.createdAt),
  ],
);

/** Sign-ins that failed, by the SHA-256 of the e-mail that was typed: known or not, they are counted alike. */
export const loginFailures = sqliteTable(
  "login_failures",
  {
    emailHash: text("email_hash").primaryKey(),
    failures: integer().notNull(),
    failedAt: integer("failed_at").notNull(),
    /** Before this, no attempt is looked at. */
    retryAt: integer("retry_at").notNull(),
  },
  (t) => [index("login_failures_failed").on(t.failedAt)],
);

/** Append-only: who did what to which object, when and from where; written in the same transaction as the deed. */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The company in whose name it was done; `null` for what people do to themselves, and operators to people. */
    companyId: integer("company_id").references(() => companies.id),
    /** `null` for a caller who was not signed in, and for the system. */
    actorId: integer("actor_id").references(() => users.id),
    action: text().notNull(),
    objectType: text("object_type").notNull(),
    objectId: integer("object_id").notNull(),
    /** Ids and names of fields, never what a person wrote into them. */
    details: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    ip: text(),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    createdAt: integer("created_at").notNull(),
    /** The id that an event of a lead store had in its outbox there, so that it arrives once; see src/audit/outbox. */
    sourceId: text("source_id"),
  },
  (t) => [
    uniqueIndex("audit_events_source").on(t.sourceId).where(sql`${t.sourceId} IS NOT NULL`),
    index("audit_events_company").on(t.companyId, t.id),
    index("audit_events_object").on(t.objectType, t.objectId, t.id),
    index("audit_events_own").on(t.actorId, t.id).where(sql`${t.companyId} IS NULL`),
  ],
);

/**
 * Never has a row: writing one rolls the transaction back with the reason as its error, by a trigger. It is how
 * one statement of a batch says that the batch may not happen.
 */
export const refusals = sqliteTable("refusals", { reason: text().notNull() });

/**
 * Files on their way into R2: written before their first byte, and removed once an import has the file. What broke
 * off in between is found here and swept.
 */
export const uploads = sqliteTable(
  "uploads",
  {
    fileKey: text("file_key").primaryKey(),
    userId: integer("user_id").notNull(),
    /** The multipart upload in R2, for a file of more than one part. */
    multipartId: text("multipart_id"),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("uploads_created").on(t.createdAt)],
);

/** How far a sweep has come that goes through more than one run of cron may. */
export const checkpoints = sqliteTable("checkpoints", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).$type<unknown>().notNull(),
  movedAt: integer("moved_at").notNull(),
});
