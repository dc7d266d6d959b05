import { DEMO_CAMPAIGN_ID, DEMO_PASSWORD } from "../../cli/seed/data.ts";

/** The variables of the collection, as they are on the demo's data; those that are empty come from answers. */
export const VARIABLES: Readonly<Record<string, string>> = {
  base_url: "http://127.0.0.1:8787/api/v1",
  email: "owner@demo.test",
  password: DEMO_PASSWORD,
  token: "",
  refresh_token: "",
  company_id: "1",
  campaign_id: `${DEMO_CAMPAIGN_ID}`,
  user_id: "2",
  access_id: "1",
  membership_id: "1",
};

/** Which object a folder of the path has, where its name does not say it. */
const OBJECTS: Record<string, string> = { uploads: "upload", user_access: "user_access" };

/**
 * The variable that stands for a parameter of a path: `{id}` of `/leads/{id}` is `lead_id`.
 *
 * @param path with its parameters in braces.
 */
export function variableOf(path: string, name: string): string {
  if (name !== "id") return name;
  const segments = path.split("/");
  const folder = segments[segments.indexOf("{id}") - 1] ?? "";
  return `${OBJECTS[folder] ?? folder.replace(/ies$/, "y").replace(/s$/, "").replace(/sse$/, "ss")}_id`;
}
