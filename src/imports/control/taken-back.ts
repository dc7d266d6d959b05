import { eq } from "drizzle-orm";
import { importUndos } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { STATUS } from "../status.ts";

/** Whether somebody has asked for an import to be undone, be that done or under way. */
export async function hasUndo({ db }: Tenant, importId: number): Promise<boolean> {
  const undo = await db
    .select({ id: importUndos.id })
    .from(importUndos)
    .where(eq(importUndos.importId, importId))
    .get();
  return undo !== undefined;
}

/** Says of an import that {@link hasUndo} how far that is. */
export function takenBack(status: number): string {
  return status === STATUS.undone ? "The import was undone." : "The import is being undone.";
}
