import { AppError } from "../../errors.ts";
import type { PolicyInput } from "../../http/policies/policy.ts";
import { rowOrLinkPolicy } from "../../http/policies/row.ts";
import { isGoodLink } from "../report/file-links.ts";
import { stillSeesImports } from "../report/link-holder.ts";
import { FileLinkQuery } from "../schemas.ts";
import { loadImport } from "../state/load-import.ts";

/** Those who see an import, by their token, or by a signed link, since an `EventSource` cannot send a header. */
export const listenerPolicy = rowOrLinkPolicy({
  role: "viewer",
  load: loadImport,
  link: { holderOf, stillSees: stillSeesImports },
});

/** The user of the link that a request has; `null` where it has none. @throws 403 for one that is not good. */
function holderOf({ env, now, params, query }: PolicyInput): number | null {
  const asked = { user: query("user"), expires: query("expires"), signature: query("signature") };
  if (Object.values(asked).every((value) => value === undefined)) return null;
  const read = FileLinkQuery.safeParse(asked);
  const importCode = params.import_code ?? "";
  if (
    !read.success ||
    !isGoodLink(env, { importCode, kind: "events", userId: read.data.user }, read.data, now)
  ) {
    throw new AppError("invalid_link", "Ask for the import again: its answer has a fresh link.");
  }
  return read.data.user;
}
