import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { LegalTermRow } from "./queries.ts";
import type { LegalTerm } from "./schemas.ts";

/** A text of the terms as the API shows it. */
export function viewLegalTerm(row: LegalTermRow): z.input<typeof LegalTerm> {
  return {
    id: row.id,
    version: row.version,
    title: row.title,
    body: row.body,
    sha256: row.sha256,
    locale: row.locale,
    published_at: isoTime(row.publishedAt),
    ...(row.approved !== null && { approved: row.approved === 1 }),
  };
}
