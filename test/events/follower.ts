import { bodyOf, call } from "../harness/api.ts";
import type { TestCompany } from "../harness/factories.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export type FeedEvent = any;

/** A page of a company's feed. */
export function readPage(
  company: TestCompany,
  token: string,
  { after, limit = 100, types }: { after?: string; limit?: number; types?: string } = {},
): Promise<{ events: FeedEvent[]; meta: { next_cursor: string; has_more: boolean } }> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(after && { after }),
    ...(types && { type_in: types }),
  });
  return bodyOf(call(`/companies/${company.id}/events?${query}`, { token }));
}

/** Somebody who keeps a copy of a company's leads, and knows nothing but the feed. */
export class Follower {
  readonly leads = new Map<number, unknown>();
  readonly seen: FeedEvent[] = [];
  readonly #company: TestCompany;
  readonly #token: string;
  #cursor: string | undefined;

  constructor(company: TestCompany, token: string) {
    this.#company = company;
    this.#token = token;
  }

  /** Reads what is new, page by page. @param pages how many at the most: the rest is there the next time. */
  async catchUp(limit: number, pages = Number.POSITIVE_INFINITY): Promise<void> {
    for (let read = 0; read < pages; read++) {
      const { events, meta } = await readPage(this.#company, this.#token, {
        limit,
        ...(this.#cursor && { after: this.#cursor }),
      });
      for (const event of events) this.#apply(event);
      this.#cursor = meta.next_cursor;
      if (!meta.has_more) return;
    }
  }

  #apply(event: FeedEvent): void {
    this.seen.push(event);
    if (event.object.type !== "lead") return;
    if (event.data.lead) this.leads.set(event.object.id, event.data.lead);
    else this.leads.delete(event.object.id);
    for (const id of event.data.merged_lead_ids ?? []) this.leads.delete(id);
  }
}

/** All leads of a company that somebody sees, by id. */
export async function listAll(company: TestCompany, token: string): Promise<Map<number, unknown>> {
  const all = new Map<number, unknown>();
  for (let page = 1; ; page++) {
    const { leads, meta } = await bodyOf(
      call(`/companies/${company.id}/leads?limit=100&page=${page}`, { token }),
    );
    for (const lead of leads) all.set(lead.id, lead);
    if (meta.next_page === null) return all;
  }
}

/** A hash of leads: equal where these are, whatever their order. */
export async function hashOf(leads: ReadonlyMap<number, unknown>): Promise<string> {
  const text = JSON.stringify([...leads].sort(([a], [b]) => a - b));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}
