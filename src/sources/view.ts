import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { SourceRow } from "./queries.ts";
import type { Source } from "./schemas.ts";

/** A source as the API shows it. */
export function viewSource(row: SourceRow): z.input<typeof Source> {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    active: row.active,
    created_at: isoTime(row.createdAt),
  };
}
