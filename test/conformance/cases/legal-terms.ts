import { approveTerms, currentTerms, newMember } from "../mint/people.ts";
import type { Case } from "./case.ts";
import { get, post, put } from "./requests.ts";

export const LEGAL_TERM_CASES: Record<string, Case[]> = {
  "GET /legal_terms/current": [
    {
      access: "optional",
      about: async () => {
        await currentTerms();
        return get("/legal_terms/current");
      },
    },
  ],
  "GET /legal_terms/{id}": [
    { access: "optional", about: async () => get(`/legal_terms/${await currentTerms()}`) },
  ],
  "POST /legal_terms": [
    {
      access: "operator",
      about: () =>
        post("/legal_terms", {
          version: crypto.randomUUID(),
          texts: [{ locale: "en", title: "Terms", body: "Be kind." }],
        }),
    },
  ],
  "PUT /users/{user_id}/onboarding": [
    {
      access: "user self",
      about: async (side) => {
        const member = await newMember(side);
        await approveTerms(member);
        return put(`/users/${member.id}/onboarding`, {}, member);
      },
    },
  ],
  "PUT /users/{user_id}/onboarding/terms_and_conditions": [
    {
      access: "user self",
      about: async (side) => {
        const member = await newMember(side);
        const path = `/users/${member.id}/onboarding/terms_and_conditions`;
        return put(path, { legal_term_id: await currentTerms() }, member);
      },
    },
  ],
};
