import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { invite } from "../../api/people.ts";
import type { AccessName } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";
import { Input, Select } from "../../parts/field.tsx";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { grantableAccesses } from "./grantable.ts";

/** Invites somebody by their address. */
export function InviteForm({ companyId, onInvited }: { companyId: number; onInvited: () => void }) {
  const email = useSignal("");
  const access = useSignal<AccessName>("agent");
  const problem = useSignal<unknown>(null);
  const invited = useSignal("");
  const isSending = useSignal(false);
  const key = useRef(crypto.randomUUID());
  const change = () => {
    key.current = crypto.randomUUID();
  };
  const send = async () => {
    isSending.value = true;
    problem.value = null;
    invited.value = "";
    try {
      await invite(companyId, { email: email.value.trim(), access: access.value }, key.current);
      invited.value = email.value.trim();
      email.value = "";
      change();
      onInvited();
    } catch (error) {
      problem.value = error;
    }
    isSending.value = false;
  };
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSending.value) void send();
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
            change();
          }}
        />
        <Select
          label={t("invite.access")}
          value={access.value}
          options={grantableAccesses().map((value) => ({ value, label: t(`access.${value}`) }))}
          onChange={(value) => {
            access.value = value as AccessName;
            change();
          }}
          hint={t(`access.${access.value}.hint`)}
        />
      </div>
      <div class="actions">
        <button type="submit" class="button main" disabled={isSending.value}>
          {t("invite.go")}
        </button>
        <span role="status">{invited.value && t("invite.sent", { email: invited.value })}</span>
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}
