import { render } from "preact";
import { resumeSession } from "./api/session.ts";
import { waitBeforeRetry } from "./api/waiting.ts";
import { App } from "./app.tsx";
import { followUser } from "./company.ts";
import "./design/console.css";
import { followLinks } from "./router.ts";

followLinks();
followUser();
void resume();
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
