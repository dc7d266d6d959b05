import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ImportFile } from "../../../api/import-types.ts";
import { t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { paths } from "../../../paths.ts";
import { guardLeaving, navigate } from "../../../router.ts";
import { MendRow } from "./mend-row.tsx";
import { loadRejected } from "./rejected-records.ts";
import { sendMended } from "./send-mended.ts";

/** How many records are drawn at once. */
const A_PAGE = 25;

/** The rejected records, cell by cell: what is mended is sent again, and nothing else. */
export function MendGrid({ file, companyId }: { file: ImportFile; companyId: number }) {
  const { loaded, reload } = useLoad((signal) => loadRejected(file, signal));
  const mended = useSignal<ReadonlyMap<number, string[]>>(new Map());
  const shown = useSignal(A_PAGE);
  const isSending = useSignal(false);
  const problem = useSignal<unknown>(null);
  const key = useRef("");
  useEffect(() => guardLeaving(() => (mended.value.size > 0 ? t("mend.leave") : null)), [mended]);
  const { value } = loaded.value;
  if (loaded.value.state === "failed") return <ProblemNotice error={loaded.value.error} onRetry={reload} />;
  if (!value) return <Loading />;

  const change = (index: number, cells: string[]) => {
    const before = value.records[index]?.cells ?? [];
    const next = new Map(mended.value);
    if (cells.every((cell, at) => cell === before[at])) next.delete(index);
    else next.set(index, cells);
    mended.value = next;
    key.current = crypto.randomUUID();
  };
  const send = async () => {
    isSending.value = true;
    problem.value = null;
    try {
      const rows = value.records.flatMap(({ report }, index) => {
        const cells = mended.value.get(index);
        return cells ? [[...cells, ...report]] : [];
      });
      const sent = await sendMended(file, value, rows, key.current);
      mended.value = new Map();
      navigate(paths.import(companyId, sent.import_code));
    } catch (error) {
      problem.value = error;
    }
    isSending.value = false;
  };

  return (
    <div class="stack">
      <div>
        <h3>{t("mend.title")}</h3>
        <p class="quiet">
          {t("mend.text")}
          {file.failed_records > value.records.length && ` ${t("mend.first", { n: value.records.length })}`}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="scroll" tabIndex={0} aria-label={t("mend.title")}>
        <table class="table mend">
          <thead>
            <tr>
              <th scope="col">{t("samples.record")}</th>
              <th scope="col">{t("mend.reason")}</th>
              {value.headers.map((header, at) => (
                <th scope="col" key={at}>
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value.records.slice(0, shown.value).map((record, index) => (
              <MendRow
                key={record.record}
                record={record}
                headers={value.headers}
                cells={mended.value.get(index) ?? record.cells}
                isMended={mended.value.has(index)}
                onChange={(cells) => change(index, cells)}
              />
            ))}
          </tbody>
        </table>
      </section>
      {shown.value < value.records.length && (
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              shown.value += A_PAGE;
            }}
          >
            {t("list.more")}
          </button>
        </div>
      )}
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      <div class="actions">
        <button
          type="button"
          class="button main"
          disabled={mended.value.size === 0 || isSending.value}
          onClick={() => void send()}
        >
          {mended.value.size === 0 ? t("mend.none") : t("mend.send", { n: mended.value.size })}
        </button>
      </div>
    </div>
  );
}
