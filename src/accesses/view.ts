import type * as z from "zod";
import type { AccessRow } from "./queries.ts";
import type { Access } from "./schemas.ts";

/** A role as the API shows it. */
export function viewAccess({ id, name, description, permissions }: AccessRow): z.input<typeof Access> {
  return { id, name, description, permissions };
}
