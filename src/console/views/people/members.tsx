import { useSignal } from "@preact/signals";
import { changeAccess, changeStatus, loadMembers, removeAccess } from "../../api/people.ts";
import { user } from "../../api/session.ts";
import type { CompanyPerson } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading } from "../../parts/title.tsx";
import { grantableAccesses } from "./grantable.ts";
import { MemberRow } from "./member-row.tsx";

/** The people of a company, with what they may do. */
export function Members({ companyId }: { companyId: number }) {
  const { loaded, reload } = useLoad(() => loadMembers(companyId));
  const problem = useSignal<unknown>(null);
  const removed = useSignal<CompanyPerson | null>(null);
  const { state, value } = loaded.value;
  const grantable = grantableAccesses();
  const doing = async (what: Promise<void>) => {
    problem.value = null;
    try {
      await what;
    } catch (error) {
      problem.value = error;
    }
    reload();
  };
  const remove = (person: CompanyPerson) => {
    removed.value = null;
    void doing(removeAccess(person.id, person.user_access.id));
  };
  return (
    <section class="panel rows">
      <h2>{t("people.title")}</h2>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!value && state === "loading" && <Loading />}
      <ul class="list">
        {value?.map((person) => (
          <MemberRow
            key={person.id}
            person={person}
            choices={
              person.id !== user.value?.id && grantable.includes(person.user_access.access_name)
                ? grantable
                : []
            }
            onAccess={(access) => void doing(changeAccess(person.id, companyId, access))}
            onStatus={(status) => void doing(changeStatus(person.id, status))}
            onRemove={() => {
              removed.value = person;
            }}
          />
        ))}
      </ul>
      {removed.value && (
        <Confirm
          title={t("people.remove.title", { name: removed.value.full_name })}
          go={t("people.remove.go")}
          onGo={() => removed.value && remove(removed.value)}
          onClose={() => {
            removed.value = null;
          }}
        >
          <p>{t("people.remove.text")}</p>
        </Confirm>
      )}
    </section>
  );
}
