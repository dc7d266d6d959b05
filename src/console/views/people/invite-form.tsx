import { useSignal } from "@preact/signals";
import { invite } from "../../api/people.ts";
import type { AccessName } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";
import { useDoing, useIdempotencyKey } from "../../parts/doing.ts";
import { Input, Select } from "../../parts/field.tsx";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { grantableAccesses } from "./grantable.ts";

/** Invites somebody by their address. */
export function InviteForm({ companyId, onInvited }: { companyId: number; onInvited: () => void }) {
  const email = useSignal("");
  const access = useSignal<AccessName>("agent");
  const invited = useSignal("");
  const { isDoing, problem, run } = useDoing();
  const { keyOf, renew } = useIdempotencyKey();
  const send = () =>
    run(async () => {
      invited.value = "";
      const wanted = { email: email.value.trim(), access: access.value };
      await invite(companyId, wanted, keyOf(wanted));
      renew();
      invited.value = wanted.email;
      email.value = "";
      onInvited();
    });
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="fields invite">
        <Input
          label={t("invite.email")}
          type="email"
          value={email.value}
          required
          autocomplete="off"
          onInput={(value) => {
            email.value = value;
          }}
        />
        <Select
          label={t("invite.access")}
          value={access.value}
          options={grantableAccesses().map((value) => ({ value, label: t(`access.${value}`) }))}
          onChange={(value) => {
            access.value = value as AccessName;
          }}
          hint={t(`access.${access.value}.hint`)}
        />
      </div>
      <div class="actions">
        <button type="submit" class="button main" disabled={isDoing.value}>
          {t("invite.go")}
        </button>
        <span role="status">{invited.value && t("invite.sent", { email: invited.value })}</span>
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}
