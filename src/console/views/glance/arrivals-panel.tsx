import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { loadMetrics } from "../../api/metrics.ts";
import { formatDay, formatNumber } from "../../i18n/format.ts";
import { locale } from "../../i18n/locale.ts";
import { t } from "../../i18n/text.ts";
import { Select } from "../../parts/field.tsx";
import { lazy } from "../../parts/lazy.tsx";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading } from "../../parts/title.tsx";
import { query, setQuery } from "../../router.ts";
import { queryOf, SPANS, type Span, seriesOf } from "./arrivals.ts";
import { ArrivalsTable } from "./arrivals-table.tsx";

const ArrivalsChart = lazy(async () => (await import("./arrivals-chart.tsx")).default);

const PARTS = ["stage", "source"] as const;

/** New leads over time, by stage or source: which, stands in the address. */
export function ArrivalsPanel({ companyId }: { companyId: number }) {
  const span = useComputed(() => SPANS.find((one) => one === query.value.get("span")) ?? "days");
  const by = useComputed(() => PARTS.find((one) => one === query.value.get("by")) ?? "stage");
  const { loaded, reload } = useLoad(async (signal) => {
    const asked = { span: span.value, by: by.value };
    return { ...asked, metrics: await loadMetrics(companyId, queryOf(asked.span, asked.by), signal) };
  });
  return (
    <section class="panel stack" aria-label={t("glance.arrived")}>
      <div class="fields picks">
        <Select
          label={t("glance.span")}
          value={span.value}
          options={SPANS.map((value) => ({ value, label: t(`glance.span.${value}`) }))}
          onChange={(value) => setQuery({ span: value === "days" ? "" : value })}
        />
        <Select
          label={t("glance.by")}
          value={by.value}
          options={PARTS.map((value) => ({ value, label: t(`glance.by.${value}`) }))}
          onChange={(value) => setQuery({ by: value === "stage" ? "" : value })}
        />
      </div>
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!loaded.value.value && loaded.value.state === "loading" && <Loading />}
      {loaded.value.value && <Arrivals {...loaded.value.value} />}
    </section>
  );
}

interface Props {
  span: Span;
  by: (typeof PARTS)[number];
  metrics: Awaited<ReturnType<typeof loadMetrics>>;
}

function Arrivals({ span, by, metrics }: Props) {
  const { total, over_time, grouped } = metrics;
  const periods = useMemo(
    () => over_time.map(({ period }) => formatDay(period, span === "months")),
    [over_time, span, locale.value],
  );
  const series = useMemo(() => seriesOf(metrics, by), [metrics, by, locale.value]);
  const figures = [
    { label: t("glance.arrivals"), count: total },
    { label: t("glance.won"), count: over_time.reduce((sum, { won }) => sum + won, 0) },
    { label: t("glance.lost"), count: over_time.reduce((sum, { lost }) => sum + lost, 0) },
  ];
  return (
    <>
      <dl class="figures">
        {figures.map(({ label, count }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="number">{formatNumber(count)}</dd>
          </div>
        ))}
      </dl>
      {total === 0 ? (
        <p class="quiet">{t("glance.none")}</p>
      ) : (
        <ArrivalsChart periods={periods} series={series} />
      )}
      {grouped && by === "source" && grouped.counted < total && (
        <p class="quiet small">{t("glance.latest", { n: grouped.counted })}</p>
      )}
      <ArrivalsTable overTime={over_time} periods={periods} series={series} />
    </>
  );
}
