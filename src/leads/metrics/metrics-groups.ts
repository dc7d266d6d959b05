import type * as z from "zod";
import type { StageRow } from "../../stages/queries.ts";
import { type Arrived, type ArrivedBySource, QUARTER_MS } from "./metrics-counts.ts";
import type { Period } from "./metrics-periods.ts";
import type { LeadMetrics } from "./metrics-schemas.ts";

type Grouped = NonNullable<z.input<typeof LeadMetrics>["grouped"]>;

/** Sources beyond it are counted together. */
const MOST_SOURCES = 20;

/** Parts what arrived in each period by the stage. */
export function groupByStage(arrived: Arrived[], stages: StageRow[], periods: Period[]): Grouped {
  const groups = stages.map(({ id, key, name }) => {
    const counts = periods.map(() => 0);
    for (const row of arrived) if (row.stage === id) counts[row.period] = row.arrived;
    return { key, name, arrived: counts };
  });
  return grouped("stage", groups, periods);
}

/** Parts what arrived in each period by the source, the largest first. */
export function groupBySource(rows: ArrivedBySource[], periods: Period[]): Grouped {
  const bySource = new Map<string | null, number[]>();
  for (const { at, source, arrived } of rows) {
    const counts = bySource.get(source) ?? periods.map(() => 0);
    // What arrived before a range that begins within the quarter is not counted.
    const place = periods.findIndex(
      ({ endsAt }) => Math.max(at * QUARTER_MS, periods[0]?.startsAt ?? 0) < endsAt,
    );
    counts[place] = (counts[place] ?? 0) + arrived;
    bySource.set(source, counts);
  }
  const groups = [...bySource]
    .map(([source, arrived]) => ({ key: source, name: source, arrived }))
    .toSorted((a, b) => sum(b.arrived) - sum(a.arrived) || order(a.key, b.key));
  return grouped("source", groups, periods);
}

function grouped(by: Grouped["by"], all: Grouped["groups"], periods: Period[]): Grouped {
  const rest = all.slice(MOST_SOURCES);
  return {
    by,
    counted: sum(all.map(({ arrived }) => sum(arrived))),
    groups: all.slice(0, MOST_SOURCES),
    others: periods.map((_, place) => sum(rest.map(({ arrived }) => arrived[place] ?? 0))),
  };
}

/** By name; what has none comes last. */
function order(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
