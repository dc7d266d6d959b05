import { useSignal } from "@preact/signals";
import type { ErrorGroup } from "../../../api/import-types.ts";
import { listImportErrors } from "../../../api/imports.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { isTextKey, t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { ErrorList } from "./error-list.tsx";

/** What is wrong with some records, by kind; of a kind that is chosen, one by one. @param code of their import. */
export function ErrorGroups({ code }: { code: string }) {
  const chosen = useSignal<ErrorGroup | null>(null);
  const { loaded, reload } = useLoad((signal) => listImportErrors(code, { limit: 1 }, signal));
  const { state, value } = loaded.value;
  const groups = value?.groups ?? [];
  return (
    <>
      {state === "loading" && !value && <Loading />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      <ul class="groups">
        {groups.map((group) => {
          const isChosen = chosen.value !== null && keyOf(group) === keyOf(chosen.value);
          return (
            <li key={keyOf(group)}>
              <button
                type="button"
                class="group"
                aria-pressed={isChosen}
                onClick={() => {
                  chosen.value = isChosen ? null : group;
                }}
              >
                <span class={group.severity === "rejected" ? "badge bad" : "badge warn"}>
                  <span class="number">{formatNumber(group.count)}</span> {t(`errors.${group.severity}`)}
                </span>
                <span>{codeName(group.code)}</span>
                {group.column && <span class="quiet small">{group.column}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {chosen.value && <ErrorList key={keyOf(chosen.value)} code={code} group={chosen.value} />}
    </>
  );
}

function keyOf({ code, column, severity }: ErrorGroup): string {
  return JSON.stringify([severity, code, column]);
}

function codeName(code: string): string {
  const key = `error.${code}`;
  return isTextKey(key) ? t(key) : code;
}
