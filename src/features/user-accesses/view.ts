import type * as z from "zod";
import type { UserAccessRow } from "./queries.ts";
import type { UserAccess } from "./schemas.ts";

/** A user's access as the API shows it. */
export function viewUserAccess(row: UserAccessRow): z.input<typeof UserAccess> {
  return {
    id: row.id,
    user_id: row.userId,
    company_id: row.companyId,
    company_name: row.companyName,
    access_id: row.accessId,
    access_name: row.accessName,
    primary: row.primary,
  };
}
