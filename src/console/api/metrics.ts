import { get } from "./request.ts";
import type { Cycle, LeadMetrics } from "./types.ts";

/** Which metrics are asked for. */
export interface MetricsQuery {
  /** A day, as `2026-03-01`; the last 30 days without it. */
  from?: string;
  interval: "day" | "week" | "month";
  group_by: "stage" | "source";
}

/** How many leads of a company arrived, were won and were lost, over a time until now. @throws Problem */
export async function loadMetrics(
  companyId: number,
  query: MetricsQuery,
  signal: AbortSignal,
): Promise<LeadMetrics> {
  const path = `/companies/${companyId}/leads/metrics`;
  return (await get<{ metrics: LeadMetrics }>(path, { ...query }, signal)).metrics;
}

/** The latest cycles of a company, those that are to come first. @throws Problem */
export async function loadCycles(companyId: number, signal: AbortSignal): Promise<Cycle[]> {
  return (await get<{ cycles: Cycle[] }>(`/companies/${companyId}/cycles`, { limit: 10 }, signal)).cycles;
}
