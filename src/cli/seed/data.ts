import type { companies, memberships, users } from "../../db/directory/schema.ts";
import type { questions } from "../../db/leads/schema.ts";

/** What a local installation starts with. Ids are fixed, so that seeding again finds its own rows. */

export const DEMO_PASSWORD = "leadsy-demo-password";

/** The id of the campaign `Spring 2026` of Demo Agency, in lead store 0. */
export const DEMO_CAMPAIGN_ID = 1;

const OWNER = 1;
const MANAGER = 2;
const AGENT = 3;
const VIEWER = 4;

type Company = Pick<
  typeof companies.$inferInsert,
  "name" | "timezone" | "country" | "defaultLocale" | "leadStore"
> & {
  id: number;
  parent: number | null;
  membership: number | null;
};

const DEMO_AGENCY = 1;
const DEMO_AGENCY_NORTH = 2;
const RIVAL_AGENCY = 3;

const FREE = 1;
const TEAM = 2;
const BUSINESS = 3;

export const MEMBERSHIPS: (typeof memberships.$inferInsert)[] = [
  {
    id: FREE,
    name: "Free",
    description: "For a first campaign",
    priceCents: 0,
    currency: "USD",
    interval: "month",
    maxUsers: 2,
    maxLeads: 1_000,
    maxImportsPerMonth: 5,
  },
  {
    id: TEAM,
    name: "Team",
    description: "For a team that works its leads every day",
    priceCents: 4_900,
    currency: "USD",
    interval: "month",
    maxUsers: 15,
    maxLeads: 100_000,
    maxImportsPerMonth: 200,
  },
  {
    id: BUSINESS,
    name: "Business",
    description: "For agencies with several companies, without limits",
    priceCents: 199_000,
    currency: "USD",
    interval: "year",
    maxUsers: null,
    maxLeads: null,
    maxImportsPerMonth: null,
  },
];

/** Parents before their children. */
export const COMPANIES: Company[] = [
  {
    id: DEMO_AGENCY,
    name: "Demo Agency",
    parent: null,
    leadStore: 0,
    membership: BUSINESS,
    country: "MX",
    timezone: "America/Mexico_City",
    defaultLocale: "es",
  },
  {
    id: DEMO_AGENCY_NORTH,
    name: "Demo Agency North",
    parent: DEMO_AGENCY,
    leadStore: 0,
    membership: null,
    country: "MX",
    timezone: "America/Monterrey",
    defaultLocale: "es",
  },
  {
    id: RIVAL_AGENCY,
    name: "Rival Agency",
    parent: null,
    leadStore: 1,
    membership: TEAM,
    country: "BR",
    timezone: "America/Sao_Paulo",
    defaultLocale: "pt",
  },
];

type User = Pick<typeof users.$inferInsert, "email" | "firstName" | "lastName"> & {
  id: number;
  operator?: true;
  access?: { companyId: number; accessId: number };
};

/** All with the password {@link DEMO_PASSWORD}. */
export const USERS: User[] = [
  { id: 1, email: "operator@demo.test", firstName: "Olivia", lastName: "Operator", operator: true },
  {
    id: 2,
    email: "owner@demo.test",
    firstName: "Oscar",
    lastName: "Ortega",
    access: { companyId: DEMO_AGENCY, accessId: OWNER },
  },
  {
    id: 3,
    email: "manager@demo.test",
    firstName: "Mariana",
    lastName: "Méndez",
    access: { companyId: DEMO_AGENCY, accessId: MANAGER },
  },
  {
    id: 4,
    email: "agent@demo.test",
    firstName: "Andrés",
    lastName: "Aguilar",
    access: { companyId: DEMO_AGENCY, accessId: AGENT },
  },
  {
    id: 5,
    email: "viewer@demo.test",
    firstName: "Valeria",
    lastName: "Vega",
    access: { companyId: DEMO_AGENCY, accessId: VIEWER },
  },
  {
    id: 6,
    email: "owner@rival.test",
    firstName: "Rafael",
    lastName: "Ribeiro",
    access: { companyId: RIVAL_AGENCY, accessId: OWNER },
  },
];

export const CAMPAIGN = {
  id: DEMO_CAMPAIGN_ID,
  companyId: DEMO_AGENCY,
  name: "Spring 2026",
  description: "Leads from the spring fairs and the website",
  status: "active",
  startsAt: Date.UTC(2026, 2, 1),
  endsAt: Date.UTC(2026, 11, 31),
} as const;

type Question = Pick<typeof questions.$inferInsert, "key" | "text" | "kind" | "required"> & {
  id: number;
  options?: { value: string; label: string }[];
};

/** The campaign's questions in their order, with their options in theirs. */
export const QUESTIONS: Question[] = [
  {
    id: 1,
    key: "budget",
    text: "What is your budget for this year?",
    kind: "single_choice",
    required: true,
    options: [
      { value: "under_10k", label: "Under 10,000" },
      { value: "10k_50k", label: "10,000 to 50,000" },
      { value: "over_50k", label: "Over 50,000" },
    ],
  },
  {
    id: 2,
    key: "interests",
    text: "Which services are you interested in?",
    kind: "multiple_choice",
    options: [
      { value: "crm", label: "CRM" },
      { value: "ads", label: "Advertising" },
      { value: "seo", label: "Search engine optimisation" },
      { value: "email", label: "E-mail marketing" },
    ],
  },
  { id: 3, key: "team_size", text: "How many people are in your team?", kind: "number" },
  { id: 4, key: "wants_demo", text: "Would you like a demonstration?", kind: "boolean" },
];
