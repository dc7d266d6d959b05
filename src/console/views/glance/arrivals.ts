import type { MetricsQuery } from "../../api/metrics.ts";
import type { ArrivalGroup, LeadMetrics } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";

/** What is drawn in one colour. */
export interface ArrivalSeries {
  label: string;
  /** Of the colours in tokens.css. */
  colour: number;
  arrived: number[];
}

/** The colour of what is left. */
const REST = 7;

/** Parts of what arrived, the ones that say most; what is left comes last, so that they always add up to all. */
export function seriesOf({ over_time, grouped }: LeadMetrics, by: MetricsQuery["group_by"]): ArrivalSeries[] {
  const filled = (grouped?.groups ?? []).filter(({ arrived }) => arrived.some((count) => count > 0));
  const shown = by === "stage" ? filled.slice(0, REST) : filled.slice(0, REST - 1);
  const series = shown.map((group, index) => ({
    label: labelOf(group),
    colour: index + 1,
    arrived: group.arrived,
  }));
  const rest = over_time.map(({ arrived }, at) =>
    Math.max(0, arrived - shown.reduce((sum, group) => sum + (group.arrived[at] ?? 0), 0)),
  );
  if (rest.some((count) => count > 0))
    series.push({ label: t("glance.others"), colour: REST, arrived: rest });
  return series;
}

function labelOf({ name }: ArrivalGroup): string {
  return name ?? t("glance.no_source");
}

export const SPANS = ["days", "weeks", "months"] as const;
export type Span = (typeof SPANS)[number];

/** What is asked for of a span that ends today. */
export function queryOf(span: Span, group_by: MetricsQuery["group_by"]): MetricsQuery {
  const from = new Date();
  if (span === "days") return { interval: "day", group_by };
  if (span === "weeks") from.setDate(from.getDate() - 11 * 7);
  else from.setMonth(from.getMonth() - 11, 1);
  const day = [from.getFullYear(), from.getMonth() + 1, from.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return { from: day, interval: span === "weeks" ? "week" : "month", group_by };
}
