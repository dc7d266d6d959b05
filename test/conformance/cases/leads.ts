import { newLead, newNote } from "../mint/leads.ts";
import type { World } from "../world.ts";
import type { Asked, Case } from "./case.ts";
import { get, post, put, remove } from "./requests.ts";

/** A lead of A that its agent does not see, named by its id. */
const unseenLead = (ask: (path: string, a: World["a"]) => Asked) => (a: World["a"]) => [
  { what: "the manager's lead", ask: ask(`/leads/${a.unseen.lead.id}`, a), status: 404 },
];

export const LEAD_CASES: Record<string, Case[]> = {
  "GET /leads/{id}": [
    {
      access: "company viewer",
      about: async (side) => get(`/leads/${(await newLead(side)).id}`),
      unseen: unseenLead((path) => get(path)),
    },
  ],
  "GET /companies/{company_id}/leads/{external_id}": [
    {
      access: "company viewer",
      about: async (side) => {
        const { externalId } = await newLead(side, { externalId: crypto.randomUUID() });
        return get(`/companies/${side.company.id}/leads/external:${externalId}`);
      },
      across: async (own, other) => {
        const { externalId } = await newLead(other, { externalId: crypto.randomUUID() });
        return [
          {
            what: "the other's external id",
            ask: get(`/companies/${own.company.id}/leads/external:${externalId}`),
            status: 404,
          },
        ];
      },
      unseen: async (a) => {
        const { externalId } = await newLead(a, {
          externalId: crypto.randomUUID(),
          assignedTo: a.manager.id,
        });
        return [
          {
            what: "the external id of the manager's lead",
            ask: get(`/companies/${a.company.id}/leads/external:${externalId}`),
            status: 404,
          },
        ];
      },
    },
  ],
  "PUT /leads/{id}": [
    {
      access: "company agent",
      about: async (side) => put(`/leads/${(await newLead(side)).id}`, { city: "Lima" }),
      across: async (own, other) => {
        const path = `/leads/${(await newLead(own)).id}`;
        return [
          { what: "the other's campaign", ask: put(path, { campaign_id: other.campaign.id }), status: 422 },
        ];
      },
      unseen: async (a) => [
        ...unseenLead((path) => put(path, { city: "Lima" }))(a),
        {
          what: "the person whom the manager works",
          ask: put(`/leads/${(await newLead(a)).id}`, { email: a.unseen.lead.email }),
          status: 409,
        },
      ],
    },
  ],
  "DELETE /leads/{id}": [
    {
      access: "company manager",
      about: async (side) => remove(`/leads/${(await newLead(side)).id}`),
      unseen: unseenLead((path) => remove(path)),
    },
    {
      access: "company manager",
      alsoScope: "erasures:write",
      about: async (side) => remove(`/leads/${(await newLead(side)).id}?erase=true`),
    },
  ],
  "POST /leads/{id}/erase": [
    {
      access: "company manager",
      about: async (side) => ({ path: `/leads/${(await newLead(side)).id}/erase`, method: "POST" }),
      unseen: unseenLead((path) => ({ path: `${path}/erase`, method: "POST" })),
    },
  ],
  "POST /leads/{id}/restore": [
    {
      access: "company manager",
      about: async (side) => ({
        path: `/leads/${(await newLead(side, { deletedAt: Date.now() })).id}/restore`,
        method: "POST",
      }),
      unseen: unseenLead((path) => ({ path: `${path}/restore`, method: "POST" })),
    },
  ],
  "GET /leads/{id}/notes": [
    {
      access: "company viewer",
      about: async (side) => get(`/leads/${(await newNote(side)).leadId}/notes`),
      unseen: unseenLead((path) => get(`${path}/notes`)),
    },
  ],
  "POST /leads/{id}/notes": [
    {
      access: "company agent",
      about: async (side) => post(`/leads/${(await newLead(side)).id}/notes`, { body: side.word }),
      unseen: unseenLead((path) => post(`${path}/notes`, { body: "x" })),
    },
  ],
  "DELETE /leads/{id}/notes/{note_id}": [
    {
      access: "company agent",
      about: async (side) => {
        const { id, leadId } = await newNote(side);
        return remove(`/leads/${leadId}/notes/${id}`);
      },
      across: async (own, other) => [
        {
          what: "the other's note",
          ask: remove(`/leads/${(await newLead(own)).id}/notes/${(await newNote(other)).id}`),
          status: 404,
        },
      ],
      unseen: async (a) => [
        ...unseenLead((path) => remove(`${path}/notes/${a.unseen.note.id}`))(a),
        {
          what: "a note on the manager's lead",
          ask: remove(`/leads/${(await newLead(a)).id}/notes/${a.unseen.note.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /leads/{id}/stage_changes": [
    {
      access: "company viewer",
      about: async (side) => get(`/leads/${(await newLead(side)).id}/stage_changes`),
      unseen: unseenLead((path) => get(`${path}/stage_changes`)),
    },
  ],
  "POST /leads/{id}/merge": [
    {
      access: "company manager",
      about: async (side) =>
        post(`/leads/${(await newLead(side)).id}/merge`, { lead_ids: [(await newLead(side)).id] }),
      across: async (own, other) => {
        const [mine, another, theirs] = [await newLead(own), await newLead(own), await newLead(other)];
        const path = `/leads/${mine.id}/merge`;
        return [
          {
            what: "the other's lead beside one's own",
            ask: post(path, { lead_ids: [another.id, theirs.id] }),
            status: 404,
          },
          {
            what: "a field of the other's lead",
            ask: post(path, { lead_ids: [another.id], fields: { email: theirs.id } }),
            status: 422,
          },
        ];
      },
      unseen: unseenLead((path, { unseen }) => post(`${path}/merge`, { lead_ids: [unseen.first.id] })),
    },
  ],
};
