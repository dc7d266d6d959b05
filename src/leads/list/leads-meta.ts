import type * as z from "zod";
import { linkHeader, pageMeta } from "../../http/lists/pagination.ts";
import type { LeadsPage } from "./list-leads.ts";
import type { LeadsMeta, LeadsRequest } from "./list-schemas.ts";

/** `meta` of a page of leads: of a list that was not counted it says only what is next to it. */
export function leadsMeta(request: LeadsRequest, found: LeadsPage): z.input<typeof LeadsMeta> {
  const { page, limit, cursor } = request;
  const { total, nextCursor: next_cursor } = found;
  const counted = total === null ? { total_pages: null, total_records: null } : pageMeta(page, limit, total);
  if (cursor !== undefined) {
    return { ...counted, current_page: null, next_page: null, prev_page: null, next_cursor };
  }
  const neighbours = {
    current_page: page,
    next_page: next_cursor === null ? null : page + 1,
    prev_page: page > 1 ? page - 1 : null,
  };
  return { ...neighbours, ...counted, next_cursor };
}

/**
 * The `Link` header of a page of leads.
 *
 * @param url the request's own; everything but where the page is stays.
 */
export function leadsLinks(url: string, meta: z.input<typeof LeadsMeta>): string {
  if (meta.current_page !== null) {
    const { next_cursor: _, ...page } = meta;
    return linkHeader(url, {
      ...page,
      current_page: meta.current_page,
      total_pages: meta.total_pages ?? 0,
      total_records: meta.total_records ?? 0,
    });
  }
  const target = new URL(url);
  target.searchParams.delete("cursor");
  const first = `<${target.href}>; rel="first"`;
  if (meta.next_cursor === null) return first;
  target.searchParams.set("cursor", meta.next_cursor);
  return `${first}, <${target.href}>; rel="next"`;
}
