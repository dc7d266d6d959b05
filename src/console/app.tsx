import { isWaiting } from "./api/sending/waiting.ts";
import { signedIn } from "./api/session.ts";
import { t } from "./i18n/text.ts";
import { Dialog } from "./parts/dialog.tsx";
import { Loading } from "./parts/title.tsx";
import { Frame } from "./views/frame.tsx";
import { SignIn } from "./views/sign-in/sign-in.tsx";
import { SignInForm } from "./views/sign-in/sign-in-form.tsx";

/** The console. Where a session ends in the middle of something, that stays, and the person signs in above it. */
export function App() {
  if (signedIn.value === "starting") {
    return (
      <div class="centered">
        <Loading />
      </div>
    );
  }
  if (signedIn.value === "out") return <SignIn />;
  return (
    <>
      <Frame />
      {signedIn.value === "ended" && (
        <Dialog title={t("session.ended.title")}>
          <p>{t("session.ended.text")}</p>
          <SignInForm />
        </Dialog>
      )}
      {isWaiting.value && (
        <p class="notice warn banner" role="status">
          {t("waiting")}
        </p>
      )}
    </>
  );
}
