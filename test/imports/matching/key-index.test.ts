import { expect, it } from "vitest";
import { KeyIndex } from "../../../src/imports/matching/key-index.ts";
import type { Identity } from "../../../src/leads/duplicates/identity.ts";
import { below, randomOf } from "../../fixtures/random.ts";

it("finds what an array finds, whatever was removed", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(2026, seed);
    const index = new KeyIndex<Identity>("email");
    let leads: Identity[] = [];
    for (let step = 0; step < 60; step++) {
      const email = random() < 0.1 ? null : `${below(random, 12)}@example.com`;
      const some = leads[below(random, leads.length + 1)];
      if (some !== undefined && random() < 0.3) {
        index.delete(some);
        leads = leads.filter((lead) => lead !== some);
      } else {
        const lead = { email, phone: null, externalId: null };
        index.add(lead);
        leads.push(lead);
      }
      if (email !== null) expect(index.get(email)).toEqual(leads.filter((lead) => lead.email === email));
    }
    const emails = new Set(leads.flatMap(({ email }) => email ?? []));
    const several = [...emails].filter((email) => leads.filter((lead) => lead.email === email).length > 1);
    const shared = [...index.shared()].map((group) => group[0]?.email);
    expect(shared).toEqual(expect.arrayContaining(several));
    expect(new Set(shared).size).toBe(shared.length);
  }
});
