import { useSignal } from "@preact/signals";
import { Problem } from "../../api/problem.ts";
import { signIn, user } from "../../api/session.ts";
import { t } from "../../i18n/text.ts";
import { Input } from "../../parts/field.tsx";
import { messageOf } from "../../parts/problem-notice.tsx";

/** E-mail and password. Where the session has ended, the e-mail is there already. */
export function SignInForm() {
  const email = useSignal(user.value?.email ?? "");
  const password = useSignal("");
  const isWorking = useSignal(false);
  const problem = useSignal("");

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    isWorking.value = true;
    problem.value = "";
    try {
      await signIn(email.value, password.value);
    } catch (error) {
      const isWrong = error instanceof Problem && error.code === "invalid_credentials";
      problem.value = isWrong ? t("session.wrong") : messageOf(error);
    }
    isWorking.value = false;
  };

  return (
    <form class="stack" onSubmit={submit}>
      <Input
        label={t("session.email")}
        type="email"
        name="email"
        autocomplete="username"
        required
        value={email.value}
        onInput={(value) => {
          email.value = value;
        }}
      />
      <Input
        label={t("session.password")}
        type="password"
        name="password"
        autocomplete="current-password"
        required
        value={password.value}
        onInput={(value) => {
          password.value = value;
        }}
      />
      {problem.value && (
        <p class="notice bad" role="alert">
          {problem.value}
        </p>
      )}
      <button type="submit" class="button main" disabled={isWorking.value}>
        {t(isWorking.value ? "session.working" : "session.submit")}
      </button>
    </form>
  );
}
