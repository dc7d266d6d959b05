import type * as z from "zod";
import { pageLinks, pageMeta, writeLinks } from "../../http/lists/pagination.ts";
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
    // The page after a cut one would leave out what was cut off.
    next_page: next_cursor === null || found.isCut ? null : page + 1,
    prev_page: page > 1 ? page - 1 : null,
  };
  return { ...neighbours, ...counted, next_cursor };
}

/**
 * The `Link` header of a page of leads; `undefined` where it would be too long.
 *
 * @param url the request's own; everything but where the page is stays.
 */
export function leadsLinks(url: string, meta: z.input<typeof LeadsMeta>): string | undefined {
  const at = (name: "page" | "cursor", value: string | null) => {
    const target = new URL(url);
    target.searchParams.delete(name === "page" ? "cursor" : "page");
    if (value === null) target.searchParams.delete(name);
    else target.searchParams.set(name, value);
    return target.href;
  };
  const { current_page, next_cursor } = meta;
  if (current_page === null) {
    return writeLinks([
      { rel: "first", url: at("cursor", null) },
      ...(next_cursor === null ? [] : [{ rel: "next" as const, url: at("cursor", next_cursor) }]),
    ]);
  }
  const links = pageLinks(url, {
    ...meta,
    current_page,
    total_pages: meta.total_pages ?? 0,
    total_records: meta.total_records ?? 0,
  });
  const isCut = meta.next_page === null && next_cursor !== null;
  return writeLinks(isCut ? [...links, { rel: "next", url: at("cursor", next_cursor) }] : links);
}
