import type { Role } from "../../src/auth/actor.ts";
import { TINY_PNG } from "../fixtures/tiny-png.ts";
import type { Call } from "../harness/api.ts";
import { PASSWORD, type TestUser } from "../harness/factories.ts";
import { FORM_TYPE, formBytes } from "../harness/form.ts";
import {
  accessOf,
  approveTerms,
  currentTerms,
  newCustomField,
  newInvitation,
  newLead,
  newLink,
  newMember,
  newMembership,
  newNote,
  newQuestion,
  newSession,
  newSource,
  newTerritory,
  newYear,
  questionsOf,
  someMembership,
  territoriesOf,
} from "./mint.ts";
import type { Side, World } from "./world.ts";

/** A request without its caller. */
export interface Asked extends Call {
  path: string;
  /** The user whom it is about: an agent of the side, who asks for themselves too. */
  subject?: TestUser;
}

/** Who may do something, in the words of the contract. */
export type Policy =
  | "public"
  | "signed_link"
  | "optional"
  | "signed_in"
  | "operator"
  | "companies viewer"
  | `company ${Role}`
  /** Users who see all leads of the company: for an agent it is not there. */
  | "company whole"
  | `user ${"see" | "manage" | "manage_somewhere" | "grant" | "self"}`
  /** Only the one who is meant; anyone else who is signed in is told so. */
  | "subject"
  /** Only the one whose it is; to anyone else who is signed in it is not there. */
  | "own";

export interface Case {
  access: Policy;
  /** What the route itself says, where its handler decides by more. */
  declared?: Policy;
  /** The status without a token, where it is not that of the policy. */
  anonymous?: number;
  /** A request that is right in itself, about what belongs to a side; fresh each time. */
  about(side: Side): Asked | Promise<Asked>;
  /** Requests from one side that name what is the other's in some other place, and the status that they get. */
  across?(own: Side, other: Side): Across[] | Promise<Across[]>;
  /** Requests of A's agent that name what others of A work, and the status that they get. */
  unseen?(a: World["a"]): Across[] | Promise<Across[]>;
}

export interface Across {
  what: string;
  ask: Asked;
  status: number;
}

const link = (url: string): Asked => ({ path: url.slice(url.indexOf("/import/")) });
/** A link to one's own file, turned to what is the other's. */
const turned = (url: string, own: Side, other: Side) => ({
  what: "the other's import under one's own signature",
  ask: link(url.replace(own.import.import_code, other.import.import_code)),
  status: 403,
});

const form = (company: number, campaign: number): Asked => ({
  path: "/import",
  method: "POST",
  headers: { "Content-Type": FORM_TYPE },
  body: formBytes([
    { name: "company_id", value: String(company) },
    { name: "campaign_id", value: String(campaign) },
    { name: "file", fileName: "new.csv", value: "email\nnew@example.test\n" },
  ]),
});

const put = (path: string, json: unknown = {}, subject?: TestUser): Asked => ({
  path,
  method: "PUT",
  json,
  ...(subject && { subject }),
});
const post = (path: string, json: unknown = {}, subject?: TestUser): Asked => ({
  ...put(path, json, subject),
  method: "POST",
});
const remove = (path: string, subject?: TestUser): Asked => ({
  path,
  method: "DELETE",
  ...(subject && { subject }),
});
const get = (path: string, subject?: TestUser): Asked => ({ path, ...(subject && { subject }) });

const login = (email: string, password: string) => post("/users/login", { email, password });
const freshEmail = () => `new-${crypto.randomUUID()}@example.test`;
const newPerson = () => ({ first_name: "New", last_name: "Person", email: freshEmail() });
/** Queries that name what is the other's, which a list answers as if it were not there. */
const filteredBy = (path: string, queries: string[]): Across[] =>
  queries.map((query) => ({ what: query, ask: get(`${path}?${query}`), status: 200 }));
/** Filters of a list of leads that lead to those of a side. */
const filtersByWhatIs = ({ campaign, import: done, owner, word }: Side): string[] => [
  `email_cont=${word.slice(0, 4)}`,
  `q=${word.slice(0, 4)}`,
  `campaign_id_eq=${campaign.id}`,
  `import_code_eq=${done.import_code}`,
  `file_sha256_eq=${done.file.sha256}`,
  `assigned_to_in=${owner.id}`,
];

/** Filters of a list of leads that lead to those which A's agent does not see. */
const filtersByUnseen = ({ manager, import: done, unseen }: World["a"]): string[] => [
  "sort=created_at&limit=100",
  `id_in=${unseen.lead.id},${unseen.first.id}`,
  `email_eq=${unseen.lead.email}`,
  `city_cont=${unseen.word.slice(0, 5)}`,
  `q=${unseen.word.slice(0, 5)}&count=exact`,
  `tags_eq=${unseen.word}`,
  `answers.${unseen.question}_eq=${unseen.word}`,
  `custom_fields.${unseen.word}_eq=${unseen.word}`,
  `assigned_to_eq=${manager.id}`,
  "assigned_to_null=true",
  `import_code_eq=${done.import_code}`,
  `file_sha256_eq=${done.file.sha256}`,
  "duplicate_of_null=false",
  `duplicate_of_eq=${unseen.first.id}`,
];
/** A lead of A that its agent does not see, named by its id. */
const unseenLead = (ask: (path: string, a: World["a"]) => Asked) => (a: World["a"]) => [
  { what: "the manager's lead", ask: ask(`/leads/${a.unseen.lead.id}`, a), status: 404 },
];

/** The cases of every route, by method and path. */
export const CASES: Record<string, Case[]> = {
  // Sessions and passwords
  "POST /users/login": [
    {
      access: "public",
      about: (side) => login(side.owner.email, PASSWORD),
      across: (_, other) => [
        { what: "the other's address with a guess", ask: login(other.owner.email, "guess"), status: 401 },
      ],
    },
  ],
  "POST /users/refresh": [
    {
      access: "public",
      about: async (side) =>
        post("/users/refresh", { refresh_token: (await newSession(await newMember(side))).token }),
      across: () => [
        {
          what: "a token made up",
          ask: post("/users/refresh", { refresh_token: "A".repeat(43) }),
          status: 401,
        },
      ],
    },
  ],
  "POST /users/logout": [{ access: "signed_in", about: () => ({ path: "/users/logout", method: "POST" }) }],
  "GET /users/me": [{ access: "signed_in", about: () => get("/users/me") }],
  "GET /users/validate_jwt": [{ access: "signed_in", about: () => get("/users/validate_jwt") }],
  "GET /users/me/sessions": [{ access: "signed_in", about: () => get("/users/me/sessions?limit=100") }],
  "DELETE /users/me/sessions/{id}": [
    {
      access: "own",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        return remove(`/users/me/sessions/${(await newSession(member)).id}`, member);
      },
    },
  ],
  "POST /users/confirm_email": [
    { access: "signed_in", about: () => ({ path: "/users/confirm_email", method: "POST" }) },
  ],
  "PUT /users/undo_email_change": [
    {
      access: "public",
      about: async (side) =>
        put("/users/undo_email_change", { token: await newLink(await newMember(side), "email_changed") }),
      across: async (own, other) => {
        const [mine, theirs] = [
          await newLink(await newMember(own), "email_changed"),
          await newLink(other.owner, "email_changed"),
        ];
        const token = theirs.split(".")[0] + mine.slice(mine.indexOf("."));
        const ask = put("/users/undo_email_change", { token });
        return [{ what: "the other's link under one's own signature", ask, status: 422 }];
      },
    },
  ],
  "POST /users/reset_password": [
    {
      access: "public",
      about: async (side) => post("/users/reset_password", { email: (await newMember(side)).email }),
    },
  ],
  "PUT /users/reset_password": [
    {
      access: "public",
      about: async (side) =>
        put("/users/reset_password", {
          token: await newLink(await newMember(side), "reset_password"),
          password: "a long and fresh password",
        }),
      across: async (own, other) => {
        const [mine, theirs] = [
          await newLink(await newMember(own), "reset_password"),
          await newLink(other.owner, "reset_password"),
        ];
        const token = theirs.split(".")[0] + mine.slice(mine.indexOf("."));
        const ask = put("/users/reset_password", { token, password: "a long and fresh password" });
        return [{ what: "the other's link under one's own signature", ask, status: 422 }];
      },
    },
  ],
  "PUT /users/confirm_email": [
    {
      access: "public",
      about: async (side) =>
        put("/users/confirm_email", { token: await newLink(await newMember(side), "confirm_email") }),
      across: async (_, other) => [
        {
          what: "the other's link of another purpose",
          ask: put("/users/confirm_email", { token: await newLink(other.owner, "reset_password") }),
          status: 422,
        },
      ],
    },
  ],

  // Pictures
  "PUT /users/avatar": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return put("/users/avatar", { user_id: member.id, avatar_base64: TINY_PNG }, member);
      },
    },
  ],
  "DELETE /users/avatar": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return { ...remove("/users/avatar", member), json: { user_id: member.id } };
      },
      across: (_, { owner }) => [
        {
          what: "the other's user in the query",
          ask: remove(`/users/avatar?user_id=${owner.id}`),
          status: 404,
        },
      ],
    },
  ],
  "PUT /companies/avatar": [
    {
      access: "company owner",
      about: ({ company }) => put("/companies/avatar", { company_id: company.id, avatar_base64: TINY_PNG }),
    },
  ],
  "DELETE /companies/avatar": [
    {
      access: "company owner",
      about: ({ company }) => ({ ...remove("/companies/avatar"), json: { company_id: company.id } }),
      across: (_, { company }) => [
        {
          what: "the other's company in the query",
          ask: remove(`/companies/avatar?company_id=${company.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /avatars/{name}": [{ access: "public", about: (side) => get(side.avatar) }],

  // Users
  "POST /users": [
    { access: "optional", about: () => post("/users", newPerson()) },
    {
      access: "company manager",
      declared: "optional",
      anonymous: 403,
      about: ({ company }) =>
        post("/users", {
          ...newPerson(),
          user_accesses_attributes: [{ company_id: company.id, access_id: 4, primary: true }],
        }),
      across: async (own, other) => {
        const [mine, theirs] = [own, other].map(({ company }) => ({ company_id: company.id, access_id: 4 }));
        const { code } = await newInvitation(other);
        return [
          {
            what: "the other's company beside one's own",
            ask: post("/users", { ...newPerson(), user_accesses_attributes: [mine, theirs] }),
            status: 404,
          },
          {
            what: "the other's invitation with another address",
            ask: post("/users", { ...newPerson(), invitation_code: code }),
            status: 422,
          },
        ];
      },
    },
  ],
  "GET /users": [
    {
      access: "signed_in",
      about: () => get("/users?limit=100"),
      across: (_, { company, owner, word }) =>
        filteredBy("/users", [
          `id_eq=${owner.id}`,
          `email_eq=owner@${word}.test`,
          `email_cont=${word.slice(0, 4)}`,
          `last_name_cont=${word.slice(0, 4)}`,
          `company_id_eq=${company.id}`,
          `company_id_eq=${company.id}&access_id_eq=1`,
        ]),
    },
  ],
  "GET /users/find_by_email": [
    {
      access: "user see",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/find_by_email?email=${member.email}`, member);
      },
    },
  ],
  "GET /users/{id}": [
    {
      access: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}`, member);
      },
    },
  ],
  "PUT /users/{id}": [
    {
      access: "user manage",
      declared: "user manage_somewhere",
      about: async (side) => {
        const member = await newMember(side);
        return put(`/users/${member.id}`, { first_name: "Melanie" }, member);
      },
    },
  ],
  "GET /companies/{company_id}/users": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/users?limit=100`),
      across: (own, { word }) =>
        filteredBy(`/companies/${own.company.id}/users`, [`email_cont=${word.slice(0, 4)}`]),
    },
  ],

  // Accesses
  "POST /users/{user_id}/user_access": [
    {
      access: "user grant",
      about: async (side) => {
        const member = await newMember(side);
        return post(
          `/users/${member.id}/user_access`,
          { user_accesses: [{ company_id: side.child.id, access_id: 4 }] },
          member,
        );
      },
      across: async (own, other) => {
        const member = await newMember(own);
        const path = `/users/${member.id}/user_access`;
        const [mine, theirs] = [own.child, other.company].map(({ id }) => ({ company_id: id, access_id: 4 }));
        return [
          { what: "the other's company", ask: post(path, { user_accesses: [theirs] }), status: 404 },
          {
            what: "the other's company, too",
            ask: post(path, { user_accesses: [mine, theirs] }),
            status: 404,
          },
        ];
      },
    },
  ],
  "GET /users/{user_id}/user_access": [
    {
      access: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}/user_access`, member);
      },
      across: async (own, { company }) =>
        filteredBy(`/users/${own.owner.id}/user_access`, [`company_id_eq=${company.id}`]),
    },
  ],
  "PUT /users/{user_id}/user_access": [
    {
      access: "user grant",
      about: async (side) => {
        const member = await newMember(side);
        return put(
          `/users/${member.id}/user_access`,
          { user_accesses: [{ company_id: side.company.id, access_id: 4 }] },
          member,
        );
      },
      across: async (own, other) => {
        const member = await newMember(own);
        const path = `/users/${member.id}/user_access`;
        const id = await accessOf(other.owner);
        const [mine, theirs] = [own.company, other.company].map(({ id }) => ({
          company_id: id,
          access_id: 4,
        }));
        return [
          { what: "the other's company", ask: put(path, { user_accesses: [mine, theirs] }), status: 404 },
          { what: "the other's row", ask: put(path, { user_accesses: [{ id, ...mine }] }), status: 404 },
        ];
      },
    },
  ],
  "DELETE /users/{user_id}/user_access/{id}": [
    {
      // Users who may grant it may remove it; and its holder may leave.
      access: "user manage",
      declared: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return remove(`/users/${member.id}/user_access/${await accessOf(member)}`, member);
      },
      across: async (own, other) => [
        {
          what: "the other's row under one's own user",
          ask: remove(`/users/${own.owner.id}/user_access/${await accessOf(other.owner)}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /accesses": [{ access: "signed_in", about: () => get("/accesses") }],
  "GET /accesses/{id}": [{ access: "signed_in", about: () => get("/accesses/2") }],

  // Invitations
  "POST /invitations": [
    {
      access: "company manager",
      about: ({ company }) =>
        post("/invitations", { email: newPerson().email, company_id: company.id, access_id: 4 }),
    },
  ],
  "GET /invitations/pending": [
    {
      access: "signed_in",
      about: () => get("/invitations/pending"),
      across: async (_, other) => {
        const { email } = await newInvitation(other);
        return filteredBy("/invitations/pending", [`email=${email}`]).map((one) => ({
          ...one,
          what: "an address that the other invited",
        }));
      },
    },
  ],
  "GET /companies/{id}/invitations": [
    {
      access: "company manager",
      about: async (side) => {
        await newInvitation(side);
        return get(`/companies/${side.company.id}/invitations?limit=100`);
      },
    },
  ],
  "GET /invitations/{invitation}": [
    { access: "public", about: async (side) => get(`/invitations/${(await newInvitation(side)).code}`) },
  ],
  "POST /invitations/{invitation}/accept": [
    {
      access: "subject",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        const { code } = await newInvitation(side, member.email);
        return post(`/invitations/${code}/accept`, {}, member);
      },
    },
  ],
  "DELETE /invitations/{invitation}": [
    {
      access: "company manager",
      about: async (side) => remove(`/invitations/${(await newInvitation(side)).id}`),
    },
  ],

  // Companies
  "POST /companies": [
    { access: "signed_in", about: () => post("/companies", { name: "Fresh" }) },
    {
      access: "company owner",
      declared: "signed_in",
      about: ({ company }) => post("/companies", { name: "Fresh", parent_company_id: company.id }),
    },
  ],
  "GET /companies": [
    {
      access: "companies viewer",
      about: () => get("/companies?limit=100"),
      across: (_, { company }) =>
        filteredBy("/companies", [
          `id_eq=${company.id}`,
          `id_in=1,${company.id}`,
          `name_start=${company.name.slice(0, 4)}`,
          `parent_company_id_eq=${company.id}`,
        ]),
    },
  ],
  "GET /companies/{id}": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}`) },
  ],
  "PUT /companies/{id}": [
    {
      access: "company owner",
      about: ({ company }) => put(`/companies/${company.id}`, { name: company.name, timezone: "UTC" }),
    },
  ],
  "GET /companies/{id}/audit_events": [
    {
      access: "company owner",
      about: ({ company }) => get(`/companies/${company.id}/audit_events?limit=100`),
    },
  ],

  "GET /users/{user_id}/audit_events": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}/audit_events?limit=100`, member);
      },
    },
  ],

  // Cycles and memberships
  "PUT /companies/{company_id}/cycles": [
    {
      access: "company manager",
      about: ({ company }) => put(`/companies/${company.id}/cycles`, { cycles_enabled: true }),
    },
  ],
  "GET /companies/{company_id}/cycles": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}/cycles`) },
  ],
  "POST /companies/{company_id}/cycles": [
    {
      access: "company manager",
      about: async (side) => {
        const year = await newYear(side);
        const body = { name: side.word, starts_at: `${year}-01-01`, ends_at: `${year}-12-31` };
        return post(`/companies/${side.company.id}/cycles`, body);
      },
    },
  ],
  "GET /memberships": [{ access: "signed_in", about: () => get("/memberships") }],
  "GET /memberships/{id}": [
    { access: "signed_in", about: async () => get(`/memberships/${await someMembership()}`) },
  ],
  "POST /companies/{company_id}/membership": [
    {
      access: "company owner",
      about: async ({ company }) =>
        post(`/companies/${company.id}/membership?membership_id=${await someMembership()}`),
    },
  ],
  "POST /companies/{company_id}/membership/cancel": [
    {
      access: "company owner",
      about: async (side) => {
        await newMembership(side);
        return post(`/companies/${side.company.id}/membership/cancel`, { immediately: true });
      },
    },
  ],

  // Campaigns
  "GET /companies/{company_id}/campaigns": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}/campaigns`) },
  ],
  "POST /companies/{company_id}/campaigns": [
    {
      access: "company manager",
      about: ({ company, word }) => post(`/companies/${company.id}/campaigns`, { name: word }),
    },
  ],
  "GET /campaigns/{id}": [
    { access: "company viewer", about: ({ campaign }) => get(`/campaigns/${campaign.id}`) },
  ],
  "PUT /campaigns/{id}": [
    {
      access: "company manager",
      about: ({ campaign }) => put(`/campaigns/${campaign.id}`, { status: "paused" }),
    },
  ],
  "GET /campaigns/{campaign_id}/questions": [
    { access: "company viewer", about: ({ campaign }) => get(`/campaigns/${campaign.id}/questions`) },
  ],
  "POST /campaigns/{campaign_id}/questions": [
    {
      access: "company manager",
      about: ({ campaign }) =>
        post(`/campaigns/${campaign.id}/questions`, {
          key: `key_${crypto.randomUUID().replaceAll("-", "_")}`,
          text: "How many?",
          kind: "number",
        }),
    },
  ],
  "PUT /campaigns/{campaign_id}/questions/options": [
    {
      access: "company manager",
      about: async (side) => {
        const { id, option } = await newQuestion(side);
        const options = [{ id: option, label: "Other", value: "other" }];
        return put(`/campaigns/${side.campaign.id}/questions/options`, { questions: [{ id, options }] });
      },
      across: async (own, other) => {
        const [mine, theirs] = [await newQuestion(own), await newQuestion(other)];
        const path = `/campaigns/${own.campaign.id}/questions/options`;
        const taken = [{ id: theirs.option, label: "x", value: "x" }];
        return [
          {
            what: "the other's question",
            ask: put(path, { questions: [{ id: theirs.id, options: [] }] }),
            status: 404,
          },
          {
            what: "the other's option",
            ask: put(path, { questions: [{ id: mine.id, options: taken }] }),
            status: 422,
          },
        ];
      },
    },
  ],
  "PUT /campaigns/{campaign_id}/questions/order": [
    {
      access: "company manager",
      about: async (side) => {
        await newQuestion(side);
        return put(`/campaigns/${side.campaign.id}/questions/order`, {
          question_ids: await questionsOf(side),
        });
      },
      across: async (own, other) => {
        await newQuestion(own);
        const { id } = await newQuestion(other);
        const ask = put(`/campaigns/${own.campaign.id}/questions/order`, { question_ids: [id] });
        return [{ what: "the other's question", ask, status: 422 }];
      },
    },
  ],
  "GET /questions/{id}": [
    { access: "company viewer", about: async (side) => get(`/questions/${(await newQuestion(side)).id}`) },
  ],
  "PUT /questions/{id}": [
    {
      access: "company manager",
      about: async (side) => put(`/questions/${(await newQuestion(side)).id}`, { required: true }),
    },
  ],
  "DELETE /questions/{id}": [
    {
      access: "company manager",
      about: async (side) => remove(`/questions/${(await newQuestion(side)).id}`),
    },
  ],
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
  "GET /companies/{company_id}/custom_fields": [
    {
      access: "company viewer",
      about: async (side) => {
        await newCustomField(side);
        return get(`/companies/${side.company.id}/custom_fields?limit=100`);
      },
      across: async (own, other) => {
        const id = await newCustomField(other);
        return filteredBy(`/companies/${own.company.id}/custom_fields`, [`id_eq=${id}`, "name_cont=e"]);
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

  // Legal terms
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

  // Leads one by one
  "POST /companies/{company_id}/leads": [
    {
      access: "company agent",
      about: ({ company, campaign }) =>
        post(`/companies/${company.id}/leads`, { email: freshEmail(), campaign_id: campaign.id }),
      across: (own, other) => [
        {
          what: "the other's campaign",
          ask: post(`/companies/${own.company.id}/leads`, {
            email: freshEmail(),
            campaign_id: other.campaign.id,
          }),
          status: 422,
        },
      ],
      unseen: ({ company, unseen }) => [
        {
          what: "the person whom the manager works",
          ask: post(`/companies/${company.id}/leads`, { email: unseen.lead.email }),
          status: 409,
        },
      ],
    },
  ],
  "GET /leads/{id}": [
    {
      access: "company viewer",
      about: async (side) => get(`/leads/${(await newLead(side)).id}`),
      unseen: unseenLead((path) => get(path)),
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
  "GET /companies/{company_id}/erasures": [
    {
      access: "company manager",
      about: ({ company }) => get(`/companies/${company.id}/erasures`),
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

  // Leads together
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
  "GET /companies/{company_id}/leads/duplicates": [
    {
      access: "company viewer",
      about: async (side) => {
        const { id, email } = await newLead(side);
        await newLead(side, { email, duplicateOf: id });
        return get(`/companies/${side.company.id}/leads/duplicates?limit=100`);
      },
    },
  ],
  "GET /companies/{company_id}/leads/export": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/export`),
      across: (own, other) => filteredBy(`/companies/${own.company.id}/leads/export`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads/export`, filtersByUnseen(a)),
    },
  ],
  "GET /companies/{company_id}/leads/metrics": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/metrics`),
      across: (own, { campaign }) => [
        {
          what: "the other's campaign",
          ask: get(`/companies/${own.company.id}/leads/metrics?campaign_id=${campaign.id}`),
          status: 404,
        },
      ],
    },
  ],

  // Leads
  "GET /companies/{company_id}/leads/unassigned": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/unassigned?limit=100`),
      across: (own, other) =>
        filteredBy(`/companies/${own.company.id}/leads/unassigned`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads/unassigned`, filtersByUnseen(a)),
    },
  ],
  "GET /companies/{company_id}/leads": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads?limit=100`),
      across: (own, other) => filteredBy(`/companies/${own.company.id}/leads`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads`, filtersByUnseen(a)),
    },
  ],

  // Import
  "GET /import": [
    {
      access: "companies viewer",
      about: () => get("/import?limit=100"),
      across: (_, { company, campaign, import: done }) =>
        filteredBy("/import", [
          `company_id_eq=${company.id}`,
          `id_eq=${done.id}`,
          `import_code_eq=${done.import_code}`,
          `campaign_id_eq=${campaign.id}`,
          "sort=id&created_at_gt=2000-01-01&page=1&limit=100",
        ]),
      unseen: ({ company, campaign, import: done }) =>
        filteredBy("/import", [
          `company_id_eq=${company.id}`,
          `id_eq=${done.id}`,
          `import_code_eq=${done.import_code}`,
          `campaign_id_eq=${campaign.id}`,
        ]),
    },
  ],
  "POST /import": [
    {
      access: "company manager",
      about: ({ company, campaign }) => form(company.id, campaign.id),
      across: (own, other) => [
        {
          what: "the other's campaign in one's own company",
          ask: form(own.company.id, other.campaign.id),
          status: 422,
        },
        {
          what: "one's own campaign in the other's company",
          ask: form(other.company.id, own.campaign.id),
          status: 404,
        },
        {
          what: "the other's company in the query of a raw body",
          ask: {
            path: `/import?company_id=${other.company.id}`,
            method: "POST",
            body: "email\nnew@example.test\n",
            headers: { "Content-Type": "text/csv" },
          },
          status: 404,
        },
      ],
    },
  ],
  "GET /import/{import_code}": [
    {
      access: "company whole",
      declared: "company viewer",
      about: ({ import: done }) => get(`/import/${done.import_code}`),
    },
  ],
  "GET /import/{import_code}/errors": [
    {
      access: "company whole",
      declared: "company viewer",
      about: ({ import: done }) => get(`/import/${done.import_code}/errors`),
    },
  ],
  "GET /import/{import_code}/original_file": [
    {
      access: "signed_link",
      about: ({ import: done }) => link(done.original_file),
      across: (own, other) => [turned(own.import.original_file, own, other)],
    },
  ],
  "GET /import/{import_code}/error_file": [
    {
      access: "signed_link",
      about: ({ import: done }) => link(done.error_file),
      across: (own, other) => [turned(own.import.error_file, own, other)],
    },
  ],
};
