import { useEffect, useRef } from "preact/hooks";
import { loadCampaigns, loadPeople, loadStages } from "../../api/companies.ts";
import { t } from "../../i18n/text.ts";
import { Select } from "../../parts/field.tsx";
import { useList } from "../../parts/load.ts";
import { query, setQuery } from "../../router.ts";
import { countFilters, NO_FILTERS } from "./filters.ts";

/** How long somebody may go on typing before it is searched, in milliseconds. */
const QUIET_MS = 300;
/** The value of a choice that is no person. */
const NOBODY = "nobody";

/** Search and filters, which stand in the address. */
export function FilterBar({ companyId, mayFilterPeople }: { companyId: number; mayFilterPeople: boolean }) {
  const stages = useList(() => loadStages());
  const campaigns = useList(() => loadCampaigns(companyId));
  const people = useList(async () => (mayFilterPeople ? loadPeople(companyId) : []));
  const any = { value: "", label: t("leads.any") };
  const assignee = query.value.get("assigned_to_null") ? NOBODY : (query.value.get("assigned_to_eq") ?? "");
  return (
    <div class="fields filters">
      <Search />
      <Select
        label={t("field.stage")}
        value={query.value.get("stage_eq") ?? ""}
        options={[any, ...stages.map(({ key, name }) => ({ value: key, label: name }))]}
        onChange={(stage_eq) => setQuery({ stage_eq })}
      />
      <Select
        label={t("options.campaign")}
        value={query.value.get("campaign_id_eq") ?? ""}
        options={[any, ...campaigns.map(({ id, name }) => ({ value: String(id), label: name }))]}
        onChange={(campaign_id_eq) => setQuery({ campaign_id_eq })}
      />
      {mayFilterPeople && (
        <Select
          label={t("leads.assignee")}
          value={assignee}
          options={[
            any,
            { value: NOBODY, label: t("leads.nobody") },
            ...people.map(({ id, full_name }) => ({ value: String(id), label: full_name })),
          ]}
          onChange={(value) =>
            setQuery({
              assigned_to_null: value === NOBODY ? "true" : "",
              assigned_to_eq: value === NOBODY ? "" : value,
            })
          }
        />
      )}
      <Select
        label={t("leads.sort")}
        value={query.value.get("sort") ?? ""}
        options={[
          { value: "", label: t("leads.sort.new") },
          { value: "created_at", label: t("leads.sort.old") },
        ]}
        onChange={(sort) => setQuery({ sort })}
      />
      {countFilters() > 0 && (
        <div class="filters-clear">
          <button type="button" class="button plain" onClick={() => setQuery(NO_FILTERS)}>
            {t("leads.clear")}
          </button>
        </div>
      )}
    </div>
  );
}

function Search() {
  const timer = useRef(0);
  const input = useRef<HTMLInputElement>(null);
  const text = query.value.get("q") ?? "";
  // What is typed is the person's until they pause; then it is the address's, and back again.
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = text;
  }, [text]);
  // The address is another view's by then.
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div class="field search">
      <label for="search">{t("leads.search")}</label>
      <input
        id="search"
        ref={input}
        class="input"
        type="search"
        defaultValue={text}
        placeholder={t("leads.search.hint")}
        onInput={({ currentTarget: { value } }) => {
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => setQuery({ q: value.trim() }), QUIET_MS);
        }}
      />
    </div>
  );
}
