import * as z from "zod";
import type { Call } from "../call.ts";
import type { ListRequest } from "./list-query.ts";

/** `meta` of a list. */
export const PageMeta = z
  .strictObject({
    current_page: z.int().min(1),
    next_page: z.int().min(1).nullable(),
    prev_page: z.int().min(1).nullable(),
    total_pages: z.int().min(0),
    total_records: z.int().min(0),
    total_is_at_least: z.literal(true).optional().meta({
      description:
        "Whether there are more than `total_records`: counting stops at 10,000. Ask with `count=exact` for all.",
    }),
  })
  .meta({ id: "PageMeta", description: "Where a page stands in its list." });

/** `meta` of a list over several lead stores. */
export const StoresPageMeta = z
  .strictObject({
    ...PageMeta.shape,
    unavailable_stores: z.array(z.int().min(0)).max(1000).optional().meta({
      description:
        "The lead stores that did not answer. What they hold is missing from this page; ask again in a moment.",
    }),
  })
  .meta({ id: "StoresPageMeta", description: "Where a page stands in a list over several lead stores." });

/** The part of a `meta` that names the stores that did not answer: nothing where all did. */
export function unavailableStores(stores: number[]): { unavailable_stores?: number[] } {
  return stores.length > 0 ? { unavailable_stores: stores } : {};
}

/** How many records a list has. */
export interface ListTotal {
  records: number;
  /** Whether counting stopped before the end. */
  isAtLeast: boolean;
  /** Whether there are records after the page. */
  isMore: boolean;
}

/** Where a page stands in its list; past the end there is no next page, and the page before is the last one. */
export function pageMeta(page: number, limit: number, total: number | ListTotal): z.output<typeof PageMeta> {
  const { records, isAtLeast, isMore } =
    typeof total === "number" ? { records: total, isAtLeast: false, isMore: false } : total;
  const pages = Math.ceil(records / limit);
  const beyond = isAtLeast && page > pages;
  return {
    current_page: page,
    next_page: page < pages || (isAtLeast && isMore) ? page + 1 : null,
    prev_page: page > 1 && pages > 0 ? (beyond ? page - 1 : Math.min(page - 1, pages)) : null,
    total_pages: pages,
    total_records: records,
    ...(isAtLeast && { total_is_at_least: true }),
  };
}

/** A place that a `Link` header leads to. */
export interface PageLink {
  rel: "first" | "prev" | "next" | "last";
  url: string;
}

/** Clients and proxies take some 8 KiB of a header, and of all headers together. */
const LINK_BYTES = 4096;
/** What goes first where not all fit: `meta` says the same. */
const EXPENDABLE: PageLink["rel"][] = ["last", "first", "prev", "next"];

/**
 * Writes a `Link` header. Addresses with many filters are long: what does not fit is left out.
 *
 * @returns `undefined` where nothing fits.
 * @see https://www.rfc-editor.org/rfc/rfc8288
 */
export function writeLinks(links: PageLink[]): string | undefined {
  const write = (kept: PageLink[]) => kept.map(({ rel, url }) => `<${url}>; rel="${rel}"`).join(", ");
  let kept = links;
  for (const expendable of EXPENDABLE) {
    if (write(kept).length <= LINK_BYTES) break;
    kept = kept.filter(({ rel }) => rel !== expendable);
  }
  return kept.length > 0 ? write(kept) : undefined;
}

/**
 * Where a page leads to.
 *
 * @param url the request's own; everything but `page` is kept.
 */
export function pageLinks(url: string, meta: z.output<typeof PageMeta>): PageLink[] {
  const target = new URL(url);
  const link = (page: number, rel: PageLink["rel"]): PageLink => {
    target.searchParams.set("page", String(page));
    return { rel, url: target.href };
  };
  const links = [link(1, "first")];
  if (meta.prev_page) links.push(link(meta.prev_page, "prev"));
  if (meta.next_page) links.push(link(meta.next_page, "next"));
  if (meta.total_pages && !meta.total_is_at_least) links.push(link(meta.total_pages, "last"));
  return links;
}

/** Sets the `Link` header of a page. @returns its `meta`. */
export function linkPage(
  call: Call,
  { page, limit }: Pick<ListRequest, "page" | "limit">,
  total: number | ListTotal,
): z.output<typeof PageMeta> {
  const meta = pageMeta(page, limit, total);
  call.setHeader("Link", writeLinks(pageLinks(call.request.url, meta)));
  return meta;
}
