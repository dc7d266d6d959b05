import { useSignal } from "@preact/signals";
import { addNote, loadNotes } from "../../../api/leads.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { useDoing } from "../../../parts/doing.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";

/** What people wrote about a lead. */
export function Notes({ id, mayWrite }: { id: number; mayWrite: boolean }) {
  const { loaded, reload } = useLoad((signal) => loadNotes(id, signal));
  const text = useSignal("");
  const { isDoing, problem, run } = useDoing();
  const notes = loaded.value.value ?? [];
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    void run(async () => {
      await addNote(id, text.value.trim());
      text.value = "";
      reload();
    });
  };
  return (
    <section class="panel stack">
      <h2>{t("lead.notes")}</h2>
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {mayWrite && (
        <form class="rows" onSubmit={save}>
          <div class="field">
            <label for="note">{t("lead.note")}</label>
            <textarea
              id="note"
              class="input"
              rows={3}
              value={text.value}
              onInput={({ currentTarget }) => {
                text.value = currentTarget.value;
              }}
            />
          </div>
          <div class="actions">
            <button type="submit" class="button" disabled={isDoing.value || !text.value.trim()}>
              {t("save")}
            </button>
          </div>
        </form>
      )}
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {loaded.value.state === "ready" && notes.length === 0 && <p class="quiet">{t("lead.notes.none")}</p>}
      <ul class="list">
        {notes.map(({ id: key, body, author, created_at }) => (
          <li key={key} class="note">
            <p class="text">{body}</p>
            <p class="quiet small">
              {author.full_name} · {formatTime(created_at)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
