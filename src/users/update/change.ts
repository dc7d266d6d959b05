import type { InferSelectModel, SQL } from "drizzle-orm";
import type { Statement } from "../../db/directory/commit.ts";
import type { users } from "../../db/directory/schema.ts";
import type { NewMail } from "../../mail/outbox.ts";

type User = InferSelectModel<typeof users>;

/** What one part of a request changes of a user. */
export interface Change {
  /** Without which none of it may happen. */
  guards?: Statement[];
  columns?: { [Name in keyof User]?: User[Name] | SQL };
  /** What comes with it: its event at least. */
  statements: Statement[];
  mails?: NewMail[];
}
