import { loadCycles } from "../../api/metrics.ts";
import type { Cycle } from "../../api/types.ts";
import { formatDate, formatPercent } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useList } from "../../parts/load.ts";

/** How many are shown. */
const MOST = 4;

/** The cycles of a company against their goals, where it has some. */
export function CyclesPanel({ companyId }: { companyId: number }) {
  const cycles = useList((signal) => loadCycles(companyId, signal));
  if (cycles.length === 0) return null;
  const isNow = (cycle: Cycle) => Number(cycle.state === "current");
  const shown = cycles.toSorted((a, b) => isNow(b) - isNow(a)).slice(0, MOST);
  return (
    <section class="panel rows">
      <h2>{t("glance.cycles")}</h2>
      <ul class="list">
        {shown.map((cycle) => (
          <li key={cycle.id} class="rated">
            <strong>{cycle.name}</strong>
            <span class={cycle.state === "current" ? "badge good" : "badge"}>
              {t(`cycle.${cycle.state}`)}
            </span>
            {cycle.lead_goal !== null && (
              <progress
                class="bar"
                aria-label={cycle.name}
                max={cycle.lead_goal}
                value={Math.min(cycle.leads_count, cycle.lead_goal)}
              />
            )}
            <span class="number">{goalText(cycle)}</span>
            <span class="quiet small">{timeText(cycle)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function goalText({ leads_count, lead_goal, goal_rate }: Cycle): string {
  if (lead_goal === null) return t("leads.count", { n: leads_count });
  return t("cycle.of_goal", { leads: leads_count, goal: lead_goal, rate: formatPercent(goal_rate ?? 0) });
}

function timeText({ state, starts_at, ends_at }: Cycle): string {
  const [start, end] = [Date.parse(starts_at), Date.parse(ends_at)];
  if (state === "current") {
    return t("cycle.elapsed", {
      rate: formatPercent(Math.round((100 * (Date.now() - start)) / (end - start))),
    });
  }
  // The end is the first instant after it.
  return `${formatDate(starts_at)} – ${formatDate(new Date(end - 1).toISOString())}`;
}
