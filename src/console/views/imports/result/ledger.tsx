import type { ImportFile, Outcome } from "../../../api/import-types.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";

const OUTCOMES: { key: Outcome; tone: string; leads?: "created" | "updated" }[] = [
  { key: "created_records", tone: "good", leads: "created" },
  { key: "updated_records", tone: "good", leads: "updated" },
  { key: "unchanged_records", tone: "" },
  { key: "duplicate_records", tone: "" },
  { key: "failed_records", tone: "bad" },
];

interface Props {
  file: ImportFile;
  /** The address of the leads of an outcome, for those who may see them. */
  leadsAt?: (outcome: "created" | "updated") => string;
}

/** What became of the records: at every instant the parts add up. */
export function Ledger({ file, leadsAt }: Props) {
  const shown = OUTCOMES.filter(
    ({ key }) => file[key] > 0 || key === "created_records" || key === "failed_records",
  );
  return (
    <section class="panel rows" aria-label={t("ledger.title")}>
      <dl class="ledger">
        <div class="total">
          <dt>{t("ledger.processed")}</dt>
          <dd class="number">
            {formatNumber(file.processed_records)}
            {file.total_records !== null && file.total_records !== file.processed_records && (
              <span class="quiet"> / {formatNumber(file.total_records)}</span>
            )}
          </dd>
        </div>
        {shown.map(({ key, tone, leads }) => (
          <div key={key} class={file[key] > 0 ? tone : ""}>
            <dt>{t(`ledger.${key}`)}</dt>
            <dd class="number">
              {leads && leadsAt && file[key] > 0 && file.status_name !== "undone" && !file.dry_run ? (
                <a href={leadsAt(leads)}>{formatNumber(file[key])}</a>
              ) : (
                formatNumber(file[key])
              )}
            </dd>
          </div>
        ))}
      </dl>
      <LedgerBar file={file} />
    </section>
  );
}

/** The same as a picture. */
function LedgerBar({ file }: { file: ImportFile }) {
  if (file.processed_records === 0) return null;
  return (
    <div class="ledger-bar" aria-hidden="true">
      {OUTCOMES.filter(({ key }) => file[key] > 0).map(({ key }) => (
        <span key={key} class={key} style={{ flexGrow: file[key] }} />
      ))}
    </div>
  );
}
