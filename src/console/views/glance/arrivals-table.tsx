import type { LeadMetrics } from "../../api/types.ts";
import { formatNumber } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import type { ArrivalSeries } from "./arrivals.ts";

interface Props {
  overTime: LeadMetrics["over_time"];
  periods: string[];
  series: ArrivalSeries[];
}

/** The figures of the chart, the latest first. */
export function ArrivalsTable({ overTime, periods, series }: Props) {
  const rows = overTime.map((counts, at) => ({ ...counts, at })).toReversed();
  return (
    <details>
      <summary>{t("glance.table")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="scroll" tabIndex={0} aria-label={t("glance.table")}>
        <table class="table number">
          <thead>
            <tr>
              <th scope="col">{t("glance.period")}</th>
              <th scope="col">{t("glance.all")}</th>
              {series.map(({ label, colour }) => (
                <th scope="col" key={colour}>
                  {label}
                </th>
              ))}
              <th scope="col">{t("glance.won")}</th>
              <th scope="col">{t("glance.lost")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ period, at, arrived, won, lost }) => (
              <tr key={period}>
                <th scope="row">{periods[at]}</th>
                <td>{formatNumber(arrived)}</td>
                {series.map((one) => (
                  <td key={one.colour}>{formatNumber(one.arrived[at] ?? 0)}</td>
                ))}
                <td>{formatNumber(won)}</td>
                <td>{formatNumber(lost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
