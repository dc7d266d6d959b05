import type { Case } from "../../conformance/cases/case.ts";
import { CASES } from "../../conformance/cases.ts";
import { createUser, PASSWORD } from "../../harness/factories.ts";

/** Requests with fields that no case of the conformance test has, or not together. */
export const MORE_CASES: Record<string, Case[]> = {
  "PUT /users/{id}": [
    {
      access: "user self",
      about: async ({ company }) => {
        const subject = await createUser({ access: [{ company, role: "agent" }], password: true });
        const json = { current_password: PASSWORD, password: "a long and fresh password" };
        return { path: `/users/${subject.id}`, method: "PUT", json, subject };
      },
    },
  ],
  ...extended("POST /campaigns/{campaign_id}/questions", {
    kind: "single_choice",
    options: [{ label: "This", value: "this" }],
  }),
  ...extended("POST /companies/{company_id}/leads", { tags: ["one"] }),
  ...extended("PUT /companies/{company_id}/leads/batch", {
    leads: [{ email: "tagged@example.test", tags: ["one"] }],
  }),
  ...extended("PUT /leads/{id}", { tags: ["one"] }),
  ...extended("POST /companies/{id}/api_keys", { scopes: ["leads:read"] }),
  ...extended("PUT /webhooks/{id}", { events: ["lead.created"] }),
  ...extended("POST /import/uploads/{id}/complete", { match_by: ["email"] }),
};

/** The first case of a route with some fields beside its own, or in their place. */
function extended(name: string, fields: Record<string, unknown>): Record<string, Case[]> {
  const [known] = CASES[name] ?? [];
  if (!known) return {};
  const about: Case["about"] = async (side) => {
    const { json, ...asked } = await known.about(side);
    return { ...asked, json: { ...Object(json), ...fields } };
  };
  return { [name]: [{ ...known, about }] };
}
