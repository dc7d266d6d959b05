import type { Case } from "../conformance/cases.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";

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
  "POST /campaigns/{campaign_id}/questions": [
    {
      access: "company manager",
      about: ({ campaign }) => ({
        path: `/campaigns/${campaign.id}/questions`,
        method: "POST",
        json: {
          key: `key_${crypto.randomUUID().replaceAll("-", "_")}`,
          text: "Which?",
          kind: "single_choice",
          options: [{ label: "This", value: "this" }],
        },
      }),
    },
  ],
};
