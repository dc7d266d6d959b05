import { TINY_PNG } from "../../fixtures/tiny-png.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany } from "../../harness/factories.ts";
import type { Deeds } from "./deed.ts";
import { accessOf, company, operator, own, owned, owner, post, put, remove } from "./surroundings.ts";

/** Companies, and the terms that an operator publishes. */
export const COMPANY_DEEDS: Deeds = {
  "POST /companies": {
    "making a company": async () => ({
      ...post("/companies", owner, { name: "Zwiebel & Söhne", timezone: "America/Mexico_City" }),
      told: async ({ company: made }) => [
        owned("company.created", made.id, made.id),
        owned("user_access.granted", await accessOf(owner, made), made.id),
      ],
    }),
  },
  "PUT /companies/{id}": {
    "changing a company": async () => {
      const { id } = await createCompany({ parent: company });
      return {
        ...put(`/companies/${id}`, owner, { name: "Zwiebel & Söhne", country: "BR" }),
        told: () => [owned("company.updated", id, id)],
      };
    },
    "an operator who does so": async () => {
      const { id } = await createCompany({ parent: company });
      return {
        ...put(`/companies/${id}`, operator, { name: "Zwiebel & Söhne" }),
        told: () => [{ ...own("company.updated", operator, id), company: id }],
      };
    },
  },
  "PUT /companies/avatar": {
    "showing a company's sign": async () => ({
      ...put("/companies/avatar", owner, { company_id: company.id, avatar_base64: TINY_PNG }),
      told: () => [owned("company.avatar_changed", company.id)],
    }),
  },
  "DELETE /companies/avatar": {
    "hiding a company's sign": async () => {
      const { id } = await createCompany({ parent: company });
      const json = { company_id: id, avatar_base64: TINY_PNG };
      await bodyOf(call("/companies/avatar", { method: "PUT", token: owner.token, json }));
      return {
        ...remove("/companies/avatar", owner, { company_id: id }),
        told: () => [owned("company.avatar_removed", id, id)],
      };
    },
  },
  "POST /legal_terms": {
    "publishing terms": async () => ({
      ...post("/legal_terms", operator, {
        version: `Zwiebel ${crypto.randomUUID()}`,
        texts: [{ locale: "en", title: "Zwiebel", body: "Zwiebel, Zwiebel." }],
      }),
      told: ({ legal_terms: [text] }) => [own("legal_term.published", operator, text.id)],
    }),
  },
};
