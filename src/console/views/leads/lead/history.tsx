import { loadStageChanges } from "../../../api/leads.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { useList } from "../../../parts/load.ts";

/** The stages that a lead went through. */
export function History({ id }: { id: number }) {
  const changes = useList((signal) => loadStageChanges(id, signal));
  if (changes.length === 0) return null;
  return (
    <section class="panel rows">
      <h2>{t("lead.history")}</h2>
      <ol class="list">
        {changes.map((change) => (
          <li key={change.id} class="note">
            <p>
              {change.from_stage.name} → <strong>{change.to_stage.name}</strong>
            </p>
            <p class="quiet small">
              {[change.changed_by?.full_name, formatTime(change.changed_at)].filter(Boolean).join(" · ")}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
