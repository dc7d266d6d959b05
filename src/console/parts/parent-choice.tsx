import type { ImportFile } from "../api/import-types.ts";
import { loadImport } from "../api/imports.ts";
import type { Problem } from "../api/problem.ts";
import { formatTime } from "../i18n/format.ts";
import { t } from "../i18n/text.ts";
import { useLoad } from "./load.ts";
import { ProblemNotice } from "./problem-notice.tsx";
import { Loading } from "./title.tsx";

const IN_DOUBT = "parent_in_doubt";
const CODES = /imp_[0-9a-z]{26}/g;

/** The codes of the imports that a file's rejected records may be of; none where that is not what is wrong. */
export function parentsInDoubt(problem: Problem | ImportFile["failure"]): string[] {
  if (problem === null) return [];
  const errors = "errors" in problem ? problem.errors : [problem];
  const detail = errors.find(({ code }) => code === IN_DOUBT)?.detail ?? "";
  return [...detail.matchAll(CODES)].map(([code]) => code);
}

/** Asks whose rejected records a file has. @param codes of the imports that they may be of. */
export function ParentChoice(props: { codes: string[]; onChoose: (parent: ImportFile) => void }) {
  const { loaded, reload } = useLoad((signal) => loadAll(props.codes, signal));
  const { value } = loaded.value;
  return (
    <div class="notice warn" role="alert">
      <h2>{t("parent.title")}</h2>
      <p>{t("parent.text")}</p>
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!value && loaded.value.state === "loading" && <Loading />}
      <ul class="rows parents">
        {value?.map((file) => (
          <li key={file.import_code}>
            <button type="button" class="button" onClick={() => props.onChoose(file)}>
              {file.file.name}
              <span class="quiet small">
                {formatTime(file.created_at)} · {t("imports.rejected", { n: file.failed_records })}
                {file.imported_by && ` · ${file.imported_by.full_name}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

async function loadAll(codes: string[], signal: AbortSignal): Promise<ImportFile[]> {
  const answers = await Promise.all(codes.map((code) => loadImport(code, null, signal)));
  return answers.flatMap((answer) => (answer ? [answer.file] : []));
}
