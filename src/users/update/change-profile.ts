import type * as z from "zod";
import { type AuditEvent, audit, type Origin } from "../../audit/record.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { Account } from "../queries.ts";
import type { UpdateUserBody } from "../requests.ts";
import type { Change } from "./change.ts";

const COLUMNS = {
  first_name: "firstName",
  last_name: "lastName",
  phone: "phone",
  locale: "locale",
  import_mails: "importMails",
} as const;

/** Changes what a user goes by. @returns `null` where nothing of it is other than it was. */
export function changeProfile(
  db: DirectoryDb,
  origin: Origin,
  account: Account,
  body: z.output<typeof UpdateUserBody>,
  companyId: AuditEvent["companyId"],
): Change | null {
  const fields = (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).filter(
    (field) => body[field] !== undefined && body[field] !== account[COLUMNS[field]],
  );
  if (fields.length === 0) return null;
  return {
    columns: Object.fromEntries(fields.map((field) => [COLUMNS[field], body[field]])),
    statements: [
      audit(db, origin, { action: "user.updated", companyId, objectId: account.id, details: { fields } }),
    ],
  };
}
