import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { company } from "../../company.ts";
import { t } from "../../i18n/text.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading, Title } from "../../parts/title.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { countFilters, readFilters } from "./filters.ts";
import { createLeadsSource, type LeadsSource } from "./leads-source.ts";
import { LeadsTable } from "./leads-table.tsx";

/** A company's leads: search, filters, and a list as long as there are. */
export default function LeadsList({ companyId }: { companyId: number }) {
  const filters = useComputed(() => JSON.stringify(readFilters())).value;
  const source = useMemo(() => createLeadsSource(companyId, JSON.parse(filters)), [companyId, filters]);
  useEffect(() => source.stop, [source]);
  const isEmpty = source.isEnd.value && source.leads.value.length === 0;
  return (
    <div class="stack">
      <Title text={t("nav.leads")}>
        <span class="quiet number" role="status">
          {countText(source)}
        </span>
      </Title>
      <FilterBar companyId={companyId} mayFilterPeople={company.value?.access !== "agent"} />
      {source.problem.value !== null && (
        <ProblemNotice error={source.problem.value} onRetry={() => void source.more()} />
      )}
      {isEmpty && <p class="panel quiet">{t(countFilters() > 0 ? "leads.none_fit" : "leads.none")}</p>}
      {source.leads.value.length > 0 && <LeadsTable source={source} companyId={companyId} />}
      {!source.isEnd.value && source.problem.value === null && <Loading />}
    </div>
  );
}

/** How many there are, as far as that was counted. */
function countText({ count, isEnd, leads }: LeadsSource): string {
  if (isEnd.value) return t("leads.count", { n: leads.value.length });
  const { total_records = null, total_is_at_least } = count.value ?? {};
  if (total_records === null) return "";
  if (total_is_at_least) return t("leads.count.at_least", { count: total_records });
  return t("leads.count", { n: total_records });
}
