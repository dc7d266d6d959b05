import { useSignal } from "@preact/signals";
import { endSession, loadSessions } from "../../api/people.ts";
import type { ListedSession } from "../../api/types.ts";
import { formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading, Title } from "../../parts/title.tsx";

/** Where the person is signed in: what is not theirs, they end. */
export default function SessionsView() {
  const { loaded, reload } = useLoad(loadSessions);
  const problem = useSignal<unknown>(null);
  const end = async (id: number) => {
    problem.value = null;
    try {
      await endSession(id);
    } catch (error) {
      problem.value = error;
    }
    reload();
  };
  const { state, value } = loaded.value;
  return (
    <div class="stack">
      <Title text={t("sessions.title")} />
      <p class="quiet">{t("sessions.text")}</p>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!value && state === "loading" && <Loading />}
      {value && (
        <ul class="panel list">
          {value.map((session) => (
            <SessionRow key={session.id} session={session} onEnd={() => void end(session.id)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function SessionRow({ session, onEnd }: { session: ListedSession; onEnd: () => void }) {
  const device = deviceOf(session.user_agent);
  return (
    <li class="person">
      <span class="rows person-name">
        <strong>{device}</strong>
        <span class="quiet small">{session.ip}</span>
      </span>
      <span class="quiet small">{t("sessions.used", { time: formatTime(session.last_used_at) })}</span>
      <span>{session.current && <span class="badge good">{t("sessions.current")}</span>}</span>
      <span class="actions">
        {!session.current && (
          <button
            type="button"
            class="button plain"
            aria-label={t("sessions.end.of", { device })}
            onClick={onEnd}
          >
            {t("sessions.end")}
          </button>
        )}
      </span>
    </li>
  );
}

const BROWSERS = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
const NAMES: Record<string, string> = { Edg: "Edge", OPR: "Opera" };
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"];

/** What a person calls their device: the browser and the system, where they can be told. */
function deviceOf(agent: string | null): string {
  const browser = BROWSERS.find((name) => agent?.includes(`${name}/`));
  const system = SYSTEMS.find((name) => agent?.includes(name));
  const named = [browser && (NAMES[browser] ?? browser), system].filter(Boolean).join(" · ");
  return named || agent || t("sessions.unknown");
}
