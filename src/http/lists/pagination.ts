import * as z from "zod";
import type { Call } from "../request/call.ts";
import type { CursorRequest } from "./cursor-query.ts";
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

/** A target of a `Link` header. */
export interface PageLink {
  rel: "first" | "prev" | "next" | "last";
  url: string;
}

/** Clients and proxies take some 8 KiB of a header, and of all headers together. */
const LINK_BYTES = 4096;
/** The order in which links are dropped where not all fit: `meta` has the same pages. */
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

/** `meta` of a page of a list with cursors. */
export type CursorMeta = Omit<z.output<typeof PageMeta>, "current_page" | "total_pages" | "total_records"> & {
  /** `null` of a page that a cursor led to. */
  current_page: number | null;
  /** `null` where nothing was counted. */
  total_pages: number | null;
  total_records: number | null;
  next_cursor: string | null;
};

/** A page of a list with cursors. */
export interface CursorPage {
  /** `null` where nothing was counted. */
  total: ListTotal | null;
  /** Where the next page begins; `null` where this one is the last. */
  nextCursor: string | null;
  /** Whether it has less records than were asked for because these are so large: the next page begins at its cursor. */
  isCut: boolean;
}

/** The same for a list with cursors: where it was not counted, it says only what is next to the page. */
export function cursorMeta(
  { page, limit, cursor }: Pick<CursorRequest, "page" | "limit" | "cursor">,
  { total, nextCursor: next_cursor, isCut }: CursorPage,
): CursorMeta {
  const counted = total === null ? { total_pages: null, total_records: null } : pageMeta(page, limit, total);
  if (cursor !== undefined) {
    return { ...counted, current_page: null, next_page: null, prev_page: null, next_cursor };
  }
  const neighbours = {
    current_page: page,
    next_page: next_cursor === null ? null : page + 1,
    prev_page: page > 1 ? page - 1 : null,
  };
  // The page after a cut one would leave out what was cut off.
  return { ...neighbours, ...counted, ...(isCut && { next_page: null }), next_cursor };
}

/**
 * Where a page leads to.
 *
 * @param url the request's own; everything but where the page is stays.
 */
function linksOf(url: string, meta: z.output<typeof PageMeta> | CursorMeta): PageLink[] {
  const [address = "", query] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.delete("page");
  parameters.delete("cursor");
  const rest = parameters.toString();
  const link = (rel: PageLink["rel"], place?: string): PageLink => {
    const search = place && rest ? `${rest}&${place}` : (place ?? rest);
    return { rel, url: search ? `${address}?${search}` : address };
  };
  const cursor = "next_cursor" in meta ? meta.next_cursor : null;
  const byCursor = cursor === null ? [] : [link("next", `cursor=${encodeURIComponent(cursor)}`)];
  if (meta.current_page === null) return [link("first"), ...byCursor];
  const { prev_page: prev, next_page: next, total_pages: last, total_is_at_least: isMore } = meta;
  return [
    link("first", "page=1"),
    ...(prev ? [link("prev", `page=${prev}`)] : []),
    ...(next ? [link("next", `page=${next}`)] : []),
    ...(last && !isMore ? [link("last", `page=${last}`)] : []),
    ...(next ? [] : byCursor),
  ];
}

/** Sets the `Link` header of a page. @returns its `meta`. */
export function linkPage(
  call: Call,
  { page, limit }: Pick<ListRequest, "page" | "limit">,
  total: number | ListTotal,
): z.output<typeof PageMeta> {
  return linked(call, pageMeta(page, limit, total));
}

/** The same for a page of a list with cursors. */
export function linkCursorPage(call: Call, request: CursorRequest, page: CursorPage): CursorMeta {
  return linked(call, cursorMeta(request, page));
}

function linked<Meta extends z.output<typeof PageMeta> | CursorMeta>(call: Call, meta: Meta): Meta {
  call.setHeader("Link", writeLinks(linksOf(call.request.url, meta)));
  return meta;
}
