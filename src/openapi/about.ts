import type { RouteSpec } from "../http/route-spec.ts";

/** What holds for every operation, in Markdown: short, since the operations come after it. */
export const DESCRIPTION = `
Companies bring their leads in as files, and every record of a file gets its outcome.

**Guides**: [Importing](/docs/importing) · [Leads](/docs/leads) · [People and access](/docs/people) ·
[Integrating](/docs/integrating) · [Running it](/docs/running) ·
[When something is wrong](/docs/when-something-is-wrong) · [Developing](/docs/developing)

**Signing in.** A program sends an API key of its company, \`Authorization: Bearer lk_…\`, a person the token of
\`POST /users/login\`, which is good for 15 minutes.

**Errors** are \`application/problem+json\` (RFC 9457). Programs go by \`code\`, which never changes; \`detail\` tells
a person what to do. All codes are [in a guide](/docs/integrating#errors).

**Lists** come in pages (\`page\`, \`limit\`) with \`meta\` beside them, and are filtered by
\`<field>_<predicate>\`. **Times** are ISO 8601 in UTC. **Ids** are integers, unique over the installation.
[What holds for every operation](/docs/integrating).
`.trim();

/** The groups of operations, in the order in which people need them. */
const TAGS: Record<string, string> = {
  Import: "Files of leads: uploaded in one request, imported record by record in the background.",
  Leads: "The people whom companies want to win: who works them, their stages, notes and history.",
  Events: "What changed leads and imports, in the order in which it happened.",
  Webhooks: "Addresses that are told what changed, and what was sent to them.",
  Campaigns: "What leads are collected for, what they are asked, and the stages that they go through.",
  Sources: "What a company calls the places that its leads come from.",
  Cycles: "Periods in which leads are counted against a goal.",
  Territories: "Places whose leads certain users work, the one that comes first before the others.",
  Sessions: "Signing in, staying signed in and signing out; lost passwords.",
  Users: "The people of the companies: who sees and who manages whom.",
  Accesses: "What users may do in which companies, and the catalogue of roles.",
  "API keys": "What programs of a company sign in with.",
  "Import links":
    "For other people's pages: tokens that import files into one company and campaign, and do nothing else.",
  Invitations: "Accesses offered to e-mail addresses, and taken up with the code of a mail.",
  Companies: "Whose leads they are. An access to a company reaches all companies below it.",
  Memberships: "What a company may use, and for how long.",
  Avatars: "Pictures of users and of companies.",
  "Legal terms": "What users approve, version by version, and the onboarding that takes it approved.",
  "Audit trail": "Who did what to people and accesses, when and from where.",
};

/** The tags of the routes, in the order of {@link TAGS}. @throws where one has no description there. */
export function tagsOf(specs: RouteSpec[]): { name: string; description: string }[] {
  const used = new Set(specs.map(({ tag }) => tag));
  for (const name of used) if (!TAGS[name]) throw new Error(`the tag ${name} has no description`);
  return Object.entries(TAGS)
    .filter(([name]) => used.has(name))
    .map(([name, description]) => ({ name, description }));
}
