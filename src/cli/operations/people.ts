import { askerAt } from "./ask.ts";
import type { Call } from "./caller.ts";
import { json, type Scene, type WithId } from "./scene.ts";

const MANAGER = 2;
const AGENT = 3;

interface Access {
  branch: WithId;
  newcomer: WithId;
  colleagueToken: string;
}

/**
 * Onboarding, accesses, memberships, legal terms and invitations: operations 17 to 30.
 *
 * @returns a membership of the catalogue.
 */
export async function callPeople(call: Call, scene: Scene, { branch, newcomer, colleagueToken }: Access) {
  const { owner: token, company, colleague, run } = scene;
  // The end of the onboarding comes before the approval that it takes.
  const ask = askerAt(scene.url, scene.signal, colleagueToken);
  const { legal_term: term } = await ask<{ legal_term: WithId }>("/legal_terms/current");
  const approval = { legal_term_id: term.id };
  await ask(`/users/${colleague.id}/onboarding/terms_and_conditions`, json("PUT", approval));
  const self = { token: colleagueToken, params: { user_id: colleague.id } };
  await call("PUT /users/{user_id}/onboarding", self);
  await call("PUT /users/{user_id}/onboarding/terms_and_conditions", { ...self, body: approval });

  const of = { token, params: { user_id: newcomer.id } };
  const inBranch = { company_id: branch.id, access_id: AGENT };
  const { user_accesses: granted } = await call<{ user_accesses: WithId[] }>(
    "POST /users/{user_id}/user_access",
    { ...of, body: { user_accesses: [inBranch] } },
  );
  await call("GET /users/{user_id}/user_access", of);
  await call("DELETE /users/{user_id}/user_access/{id}", {
    token,
    params: { user_id: newcomer.id, id: granted[0]?.id ?? 0 },
  });
  const inCompany = { company_id: company.id, access_id: MANAGER, primary: true };
  await call("PUT /users/{user_id}/user_access", { ...of, body: { user_accesses: [inCompany, inBranch] } });

  await call("GET /accesses", { token });
  await call("GET /accesses/{id}", { token, params: { id: MANAGER } });
  const { memberships } = await call<{ memberships: WithId[] }>("GET /memberships", { token });
  const membership = memberships[0] ?? { id: 0 };
  await call("GET /memberships/{id}", { token, params: { id: membership.id } });
  await call("GET /legal_terms/current", { query: { locale: "es" } });
  await call("GET /legal_terms/{id}", { token, params: { id: term.id } });
  const email = `invited-${run}@demo.test`;
  await call("POST /invitations", { token, body: { email, company_id: company.id, access_id: AGENT } });
  await call("GET /invitations/pending", { token, query: { email } });
  return membership;
}
