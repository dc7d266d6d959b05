import { signal } from "@preact/signals";
import { listLeads } from "../../api/leads.ts";
import type { Query } from "../../api/request.ts";
import type { Lead, LeadsMeta } from "../../api/types.ts";

/** A list of leads that grows as it is read. */
export type LeadsSource = ReturnType<typeof createLeadsSource>;

/** Reads the leads of a company that fit, part after part. */
export function createLeadsSource(companyId: number, filters: Query) {
  const leads = signal<Lead[]>([]);
  const count = signal<LeadsMeta | null>(null);
  const isEnd = signal(false);
  const problem = signal<unknown>(null);
  const abort = new AbortController();
  let cursor: string | null = null;
  let isReading = false;

  const more = async (): Promise<void> => {
    if (isReading || isEnd.value) return;
    isReading = true;
    problem.value = null;
    try {
      const part = await listLeads(companyId, filters, cursor, abort.signal);
      count.value ??= part.meta;
      cursor = part.meta.next_cursor;
      isEnd.value = cursor === null;
      leads.value = [...leads.value, ...part.leads];
    } catch (error) {
      if (!abort.signal.aborted) problem.value = error;
    }
    isReading = false;
  };
  void more();
  return { leads, count, isEnd, problem, more, stop: () => abort.abort() };
}
