import { useSignal } from "@preact/signals";
import { endInvitation, loadInvitations } from "../../api/people.ts";
import { formatDate } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { InviteForm } from "./invite-form.tsx";

/** Who is invited and has not come yet, and inviting somebody. */
export function Invitations({ companyId }: { companyId: number }) {
  const { loaded, reload } = useLoad(() => loadInvitations(companyId));
  const problem = useSignal<unknown>(null);
  const end = async (id: number) => {
    problem.value = null;
    try {
      await endInvitation(id);
    } catch (error) {
      problem.value = error;
    }
    reload();
  };
  const { value } = loaded.value;
  return (
    <section class="panel stack">
      <h2>{t("invite.title")}</h2>
      <InviteForm companyId={companyId} onInvited={reload} />
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {value?.length === 0 && <p class="quiet">{t("invite.none")}</p>}
      <ul class="list invitations">
        {value?.map(({ id, email, access_name, expires_at }) => (
          <li key={id} class="person">
            <span class="rows person-name">
              <strong>{email}</strong>
              <span class="quiet small">{t("invite.until", { day: formatDate(expires_at) })}</span>
            </span>
            <span>{t(`access.${access_name}`)}</span>
            <span />
            <span class="actions">
              <button
                type="button"
                class="button plain"
                aria-label={t("invite.end.of", { email })}
                onClick={() => void end(id)}
              >
                {t("invite.end")}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
