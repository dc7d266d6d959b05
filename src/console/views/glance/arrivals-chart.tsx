import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../../design/theme.ts";
import { formatNumber } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import type { ArrivalSeries } from "./arrivals.ts";
import { drawStackedBars } from "./stacked-bars.ts";

/** What arrived in each period, as bars with a colour for each part. */
export default function ArrivalsChart({ periods, series }: { periods: string[]; series: ArrivalSeries[] }) {
  const place = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const pointed = useSignal<number | null>(null);
  const shownTheme = theme.value;
  useEffect(() => {
    // Colours are what the theme makes of the legend's.
    if (!place.current || !legend.current || !shownTheme) return;
    const words = getComputedStyle(place.current);
    const swatches = [...legend.current.querySelectorAll(".swatch")];
    return drawStackedBars(place.current, {
      labels: periods,
      parts: series.map(({ arrived }) => arrived),
      colours: swatches.map((swatch) => getComputedStyle(swatch).backgroundColor),
      ink: words.color,
      line: words.borderBlockEndColor,
      font: `${words.fontSize} ${words.fontFamily}`,
      formatNumber,
      onPoint: (bar) => {
        pointed.value = bar;
      },
    });
  }, [periods, series, shownTheme, pointed]);
  const at = pointed.value;
  return (
    <div class="rows">
      <div ref={place} class="chart" role="img" aria-label={t("glance.chart")} />
      <ul ref={legend} class="legend-list">
        {series.map(({ label, colour, arrived }) => (
          <li key={colour}>
            <span class={`swatch swatch-${colour}`} />
            {label}
            <span class="quiet number">{formatNumber(at === null ? sum(arrived) : (arrived[at] ?? 0))}</span>
          </li>
        ))}
        {at !== null && <li class="quiet">{periods[at]}</li>}
      </ul>
    </div>
  );
}

function sum(counts: number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
