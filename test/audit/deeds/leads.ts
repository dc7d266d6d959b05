import { env } from "cloudflare:test";
import { createLead } from "../../harness/leads.ts";
import type { Deeds } from "./deed.ts";
import { company, owned, owner, post, remove } from "./surroundings.ts";

/** What takes many leads out, and what erases a person. */
export const LEAD_DEEDS: Deeds = {
  "GET /companies/{company_id}/leads/export": {
    exporting: async () => ({
      path: `/companies/${company.id}/leads/export?last_name_cont=Zwiebel`,
      asked: { token: owner.token },
      told: () => [owned("company.leads_exported", company.id)],
    }),
  },
  "POST /leads/{id}/erase": {
    "erasing a person": async () => ({
      ...post(`/leads/${(await createLead(company)).id}/erase`, owner, undefined),
      told: ({ erasure }) => [owned("erasure.requested", erasure.id)],
    }),
  },
  "POST /companies/{company_id}/erasures": {
    "erasing a person who is no lead": async () => ({
      ...post(`/companies/${company.id}/erasures`, owner, { email: "quirina@gone.example" }),
      told: ({ erasure }) => [owned("erasure.requested", erasure.id)],
    }),
  },
  "DELETE /leads/{id}": {
    "erasing a person": async () => ({
      ...remove(`/leads/${(await createLead(company)).id}?erase=true`, owner),
      told: async () => [
        owned(
          "erasure.requested",
          (
            await env.LEADS_0.prepare("SELECT max(id) AS id FROM erasures WHERE company_id = ?")
              .bind(company.id)
              .first<{ id: number }>()
          )?.id ?? 0,
        ),
      ],
    }),
    "deleting a lead, which can be restored": async () => ({
      ...remove(`/leads/${(await createLead(company)).id}`, owner),
      told: () => [],
    }),
  },
};
