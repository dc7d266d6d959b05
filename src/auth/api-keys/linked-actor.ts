import type { ApiKeyActor, CompanyActor } from "../actor.ts";
import type { ImportLink } from "./import-link.ts";

/** Somebody who came with a link for imports. */
export type LinkedActor = ApiKeyActor & { importLink: ImportLink };

/** Whether somebody came with a link for imports: they see the imports of that link alone. */
export function isLinked(actor: CompanyActor): actor is LinkedActor {
  return actor.kind === "api_key" && actor.importLink !== null;
}
