import { useSignal } from "@preact/signals";
import { loadPeople, loadStages } from "../../../api/companies.ts";
import type { Lead } from "../../../api/types.ts";
import { mayManage } from "../../../company.ts";
import { t } from "../../../i18n/text.ts";
import { Select } from "../../../parts/field.tsx";
import { useList } from "../../../parts/load.ts";

interface Props {
  lead: Lead;
  companyId: number;
  onChange: (changes: object) => Promise<void>;
}

/** Stage and assignee: what changes most. */
export function WorkPanel({ lead, companyId, onChange }: Props) {
  const isWorking = useSignal(false);
  const stages = useList(() => loadStages());
  const people = useList(async () => (mayManage.value ? loadPeople(companyId) : []));
  const change = async (changes: object) => {
    isWorking.value = true;
    await onChange(changes);
    isWorking.value = false;
  };
  const assignee = lead.assigned_to;
  const isListed = people.some(({ id }) => id === assignee?.id);
  return (
    <section class="panel stack">
      <h2>{t("lead.work")}</h2>
      <Select
        label={t("field.stage")}
        value={lead.stage.key}
        options={stages.map(({ key, name }) => ({ value: key, label: name }))}
        disabled={isWorking.value}
        onChange={(stage) => void change({ stage })}
      />
      {mayManage.value && (
        <Select
          label={t("leads.assignee")}
          value={String(assignee?.id ?? "")}
          options={[
            { value: "", label: t("leads.nobody") },
            ...(assignee && !isListed ? [{ value: String(assignee.id), label: assignee.full_name }] : []),
            ...people.map(({ id, full_name }) => ({ value: String(id), label: full_name })),
          ]}
          disabled={isWorking.value}
          onChange={(id) => void change({ assigned_to: id ? Number(id) : null })}
        />
      )}
    </section>
  );
}
