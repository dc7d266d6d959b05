import { newSource, newTerritory, territoriesOf } from "../mint/companies.ts";
import type { Case } from "./case.ts";
import { filteredBy, get, post, put, remove } from "./requests.ts";

export const TERRITORY_CASES: Record<string, Case[]> = {
  "GET /companies/{company_id}/sources": [
    {
      access: "company viewer",
      about: async (side) => {
        await newSource(side);
        return get(`/companies/${side.company.id}/sources?limit=100`);
      },
      across: async (own, other) => {
        const { id } = await newSource(other);
        return filteredBy(`/companies/${own.company.id}/sources`, [`id_eq=${id}`, "name_cont=e"]);
      },
    },
  ],
  "POST /companies/{company_id}/sources": [
    {
      access: "company manager",
      about: ({ company, word }) =>
        post(`/companies/${company.id}/sources`, { name: `${word} ${crypto.randomUUID()}` }),
    },
  ],
  "PUT /sources/{id}": [
    {
      access: "company manager",
      about: async (side) => put(`/sources/${(await newSource(side)).id}`, { active: false }),
    },
  ],
  "DELETE /sources/{id}": [
    {
      access: "company manager",
      about: async (side) => remove(`/sources/${(await newSource(side)).id}`),
    },
  ],
  "GET /companies/{company_id}/territories": [
    {
      access: "company viewer",
      about: async (side) => {
        await newTerritory(side);
        return get(`/companies/${side.company.id}/territories?limit=100`);
      },
      across: async (own, other) => {
        const { id } = await newTerritory(other);
        return filteredBy(`/companies/${own.company.id}/territories`, [`id_eq=${id}`, "name_cont=e"]);
      },
    },
  ],
  "POST /companies/{company_id}/territories": [
    {
      access: "company manager",
      about: ({ company, owner, word }) =>
        post(`/companies/${company.id}/territories`, {
          name: word,
          countries: ["MX"],
          states: [word],
          cities: [word],
          user_ids: [owner.id],
        }),
      across: ({ company, owner }, other) => [
        {
          what: "the other's user beside one's own",
          ask: post(`/companies/${company.id}/territories`, {
            name: "x",
            user_ids: [owner.id, other.owner.id],
          }),
          status: 422,
        },
      ],
    },
  ],
  "PUT /companies/{company_id}/territories/order": [
    {
      access: "company manager",
      about: async (side) => {
        await newTerritory(side);
        return put(`/companies/${side.company.id}/territories/order`, {
          territory_ids: await territoriesOf(side),
        });
      },
      across: async (own, other) => {
        const [theirs, mine] = [await newTerritory(other), await territoriesOf(own)];
        const ask = put(`/companies/${own.company.id}/territories/order`, {
          territory_ids: [...mine.slice(1), theirs.id],
        });
        return [{ what: "the other's territory", ask, status: 422 }];
      },
    },
  ],
  "GET /companies/{company_id}/territories/match": [
    {
      access: "company viewer",
      about: async (side) => {
        await newTerritory(side);
        return get(`/companies/${side.company.id}/territories/match?city=${side.word}`);
      },
      across: async (own, other) => {
        await newTerritory(other);
        return filteredBy(`/companies/${own.company.id}/territories/match`, [`city=${other.word}`]);
      },
    },
  ],
  "PUT /territories/{id}": [
    {
      access: "company manager",
      about: async (side) => {
        const { id } = await newTerritory(side);
        return put(`/territories/${id}`, {
          countries: ["MX"],
          states: [side.word],
          cities: [side.word],
          user_ids: [side.owner.id],
        });
      },
      across: async (own, other) => {
        const { id } = await newTerritory(own);
        const ask = put(`/territories/${id}`, { user_ids: [other.owner.id] });
        return [{ what: "the other's user", ask, status: 422 }];
      },
    },
  ],
  "DELETE /territories/{id}": [
    {
      access: "company manager",
      about: async (side) => remove(`/territories/${(await newTerritory(side)).id}`),
    },
  ],
  "GET /stages": [{ access: "signed_in", about: () => get("/stages") }],
};
