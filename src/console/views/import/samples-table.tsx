import { useSignal } from "@preact/signals";
import type { PreviewLead, PreviewRecord } from "../../api/import-types.ts";
import { t } from "../../i18n/text.ts";
import { targetName } from "./columns/targets.ts";

/** How many records are shown at first. */
const FIRST = 5;

const SHOWN = ["first_name", "last_name", "email", "phone", "company_name", "city", "stage"] as const;

/** What becomes of the first records of the file. */
export function SamplesTable({ records }: { records: PreviewRecord[] }) {
  const isAll = useSignal(false);
  const shown = isAll.value ? records : records.slice(0, FIRST);
  const fields = SHOWN.filter((key) => records.some(({ lead }) => lead?.[key]));
  return (
    <div class="rows">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="scroll" tabIndex={0} aria-label={t("samples.title")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t("samples.record")}</th>
              <th scope="col">{t("samples.outcome")}</th>
              {fields.map((key) => (
                <th scope="col" key={key}>
                  {targetName(key)}
                </th>
              ))}
              <th scope="col">{t("samples.more")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((record) => (
              <Sample key={record.record} record={record} fields={fields} />
            ))}
          </tbody>
        </table>
      </section>
      {!isAll.value && records.length > FIRST && (
        <div class="actions">
          <button
            type="button"
            class="button plain"
            onClick={() => {
              isAll.value = true;
            }}
          >
            {t("samples.all", { n: records.length })}
          </button>
        </div>
      )}
    </div>
  );
}

function Sample({ record, fields }: { record: PreviewRecord; fields: (typeof SHOWN)[number][] }) {
  const { lead, reason, warnings } = record;
  return (
    <tr>
      <td class="number">{record.record}</td>
      <td>
        {lead ? (
          <span class={warnings.length > 0 ? "badge warn" : "badge good"}>
            {t(warnings.length > 0 ? "samples.warned" : "samples.lead")}
          </span>
        ) : (
          <span class="badge bad">{t("samples.rejected")}</span>
        )}
      </td>
      {lead ? (
        fields.map((key) => <td key={key}>{lead[key]}</td>)
      ) : (
        <td colSpan={fields.length} class="reason">
          {reason}
        </td>
      )}
      <td class="small quiet">{lead ? moreOf(lead, warnings) : ""}</td>
    </tr>
  );
}

function moreOf(lead: PreviewLead, warnings: PreviewRecord["warnings"]): string {
  if (warnings.length > 0) return warnings.map(({ reason }) => reason).join(" ");
  const answers = Object.entries(lead.answers).map(([key, value]) => `${key}: ${[value].flat().join(", ")}`);
  const custom = Object.entries(lead.custom_fields).map(([key, value]) => `${key}: ${value}`);
  return [...answers, ...custom].join(" · ");
}
