import { useSignal } from "@preact/signals";
import { loadCopies, mergeLeads } from "../../../api/leads.ts";
import type { Lead } from "../../../api/types.ts";
import { mayManage } from "../../../company.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { Dialog } from "../../../parts/dialog.tsx";
import { useList } from "../../../parts/load.ts";
import { messageOf } from "../../../parts/problem-notice.tsx";
import { paths } from "../../../paths.ts";
import { nameOf } from "../leads-table.tsx";

/** Other leads that are the same person, and making one of them. */
export function Copies({ lead, onMerged }: { lead: Lead; onMerged: () => void }) {
  const copies = useList((signal) => loadCopies(lead, signal));
  const isAsking = useSignal(false);
  const problem = useSignal<unknown>(null);
  if (copies.length === 0) return null;
  const merge = async () => {
    try {
      await mergeLeads(
        lead.id,
        copies.map(({ id }) => id),
      );
      isAsking.value = false;
      onMerged();
    } catch (error) {
      problem.value = error;
    }
  };
  return (
    <section class="panel rows">
      <h2>{t("copies.title")}</h2>
      <ul class="list">
        {copies.map((copy) => (
          <li key={copy.id} class="note">
            <a href={paths.lead(copy.company_id, copy.id)}>{nameOf(copy)}</a>{" "}
            {copy.id === lead.duplicate_of && <span class="badge">{t("copies.original")}</span>}
            <p class="quiet small">{formatTime(copy.created_at)}</p>
          </li>
        ))}
      </ul>
      {mayManage.value && (
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {t("copies.merge")}
          </button>
        </div>
      )}
      {isAsking.value && (
        <Dialog
          title={t("copies.merge.title")}
          onClose={() => {
            isAsking.value = false;
          }}
        >
          <p>{t("copies.merge.text", { n: copies.length })}</p>
          {problem.value !== null && (
            <p class="notice bad" role="alert">
              {messageOf(problem.value)}
            </p>
          )}
          <div class="actions">
            <button type="button" class="button main" onClick={() => void merge()}>
              {t("copies.merge.go")}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                isAsking.value = false;
              }}
            >
              {t("cancel")}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
