import { useSignal } from "@preact/signals";
import type { ImportFile, Outcome } from "../../../api/import-types.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";

interface Props {
  file: ImportFile;
  mayCommit: boolean;
  onCommit: () => Promise<void>;
}

/** Of a dry run: that nothing was written, and the way to do it for real. Of one that was committed: what differed. */
export function DryRunPanel({ file, mayCommit, onCommit }: Props) {
  const isWorking = useSignal(false);
  if (file.drift) {
    const { differing_records: differing, ...counts } = file.drift;
    const changed = Object.entries(counts) as [Outcome | "warning_records", number][];
    return (
      <section class="notice warn">
        <p>{t("dry.drift")}</p>
        <p class="number">
          {[
            ...(differing ? [t("dry.differing", { n: differing })] : []),
            ...changed.map(
              ([key, by]) => `${t(`ledger.${key}`)}: ${formatNumber(by, { signDisplay: "exceptZero" })}`,
            ),
          ].join(" · ")}
        </p>
      </section>
    );
  }
  if (!file.dry_run) return null;
  if (file.status_name !== "validated") return <p class="notice">{t("dry.running")}</p>;
  return (
    <section class="notice">
      <strong>{t("dry.title")}</strong>
      <p>{t("dry.text")}</p>
      {mayCommit && (
        <div class="actions">
          <button
            type="button"
            class="button main"
            disabled={isWorking.value}
            onClick={async () => {
              isWorking.value = true;
              await onCommit();
              isWorking.value = false;
            }}
          >
            {t("dry.commit")}
          </button>
        </div>
      )}
    </section>
  );
}
