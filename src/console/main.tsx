import { render } from "preact";
import { waitBeforeRetry } from "./api/sending/waiting.ts";
import { mayBeSignedIn, resumeSession } from "./api/session.ts";
import { App } from "./app.tsx";
import { followUser } from "./company.ts";
import "./design/console.css";
import "./i18n/choose-locale.ts";
import { provideTexts } from "./i18n/text.ts";
import { TEXTS } from "./i18n/texts.ts";
import { followLinks } from "./router.ts";
import { preloadView } from "./views/current-view.tsx";

provideTexts(TEXTS);
followLinks();
followUser();
void resume();
// While it is asked who is signed in.
if (mayBeSignedIn()) preloadView();
const root = document.getElementById("console");
if (root) render(<App />, root);

/** Tries until somebody can say whether there is a session: without a network that may be a while. */
async function resume(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await resumeSession();
    } catch {
      await waitBeforeRetry(attempt, null);
    }
  }
}
