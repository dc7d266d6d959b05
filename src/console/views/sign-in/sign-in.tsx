import { t } from "../../i18n/text.ts";
import { Brand } from "../../parts/brand.tsx";
import { Preferences } from "../../parts/preferences.tsx";
import { Title } from "../../parts/title.tsx";
import { SignInForm } from "./sign-in-form.tsx";

/** The first page of somebody who is nobody yet. */
export function SignIn() {
  return (
    <div class="shell">
      <header class="top">
        <Brand />
        <div class="top-end">
          <Preferences />
        </div>
      </header>
      <main class="centered">
        <section class="panel stack sign-in">
          <div class="rows">
            <Title text={t("session.title")} />
            <p class="quiet">{t("session.lead")}</p>
          </div>
          <SignInForm />
        </section>
      </main>
    </div>
  );
}
