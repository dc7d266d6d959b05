import { ERRORS } from "../http/errors.ts";
import type { RouteSpec } from "../http/route.ts";

const errors = Object.entries(ERRORS).map(
  ([code, [status, title]]) => `| ${status} | \`${code}\` | ${title} |`,
);

/** What holds for every operation, in Markdown. */
export const DESCRIPTION = `
Companies bring their leads in as files, and every record of a file gets its outcome.

**Signing in.** \`POST /users/login\` gives a token for 15 minutes; send it as \`Authorization: Bearer <token>\`.
\`POST /users/refresh\` gives the next one. The keys that tokens are signed with are at \`/.well-known/jwks.json\`.

**Lists** come in pages (\`page\`, \`limit\`) with \`meta\` beside them and a \`Link\` header. They are narrowed by
\`<field>_<predicate>\`: \`eq\`, \`not_eq\`, \`gt\`, \`gteq\`, \`lt\`, \`lteq\`, \`in\`, \`cont\` (contains), \`start\`
(begins with), \`null\`. An empty parameter counts as absent; an unknown one is an error that lists those allowed.

**Times** are ISO 8601 in UTC with milliseconds. **Ids** are integers, unique over the whole installation.

**Errors** are \`application/problem+json\` (RFC 9457). Programs go by \`code\`, which never changes; \`detail\` says to
a person what to do. What lies in a company that the caller has no access to is a 404, like what is not there at all.

| Status | Code | Title |
|---|---|---|
${errors.join("\n")}

**Limits.** Too many requests are answered with 429 and \`Retry-After\`. They are counted by network (an IPv4 address,
the /64 of an IPv6 one), by user and by company, refusals included.

**Fresh reads.** Reads may come from a replica nearby. Every answer to somebody who is signed in carries \`X-D1-Bookmark\`; send it back, and the
next answer shows at least that state.
`.trim();

const TAGS: Record<string, string> = {
  Sessions: "Signing in, staying signed in and signing out; forgotten passwords.",
  Users: "The people of the companies: who sees and who manages whom.",
  Accesses: "What users may do in which companies, and the catalogue of roles.",
  Invitations: "Accesses offered to e-mail addresses, and taken up with the code of a mail.",
  Avatars: "Pictures of users and of companies.",
  Companies: "Whose leads they are. An access to a company reaches all companies below it.",
  "Legal terms": "What users approve, version by version, and the onboarding that takes it approved.",
  "Audit trail": "Who did what to people and accesses, when and from where.",
  Memberships: "What a company may use, and for how long.",
  Cycles: "Periods in which leads are counted against a goal.",
  Campaigns: "What leads are collected for, what they are asked, and the stages that they go through.",
  Leads: "The people whom companies want to win: who works them, their stages, notes and history.",
  Sources: "What a company calls the places that its leads come from.",
  Territories: "Places whose leads certain users work, the one that comes first before the others.",
  Import: "Files of leads: uploaded in one request, imported record by record in the background.",
};

/** The tags of the routes in the order of the table. @throws where one has no description here. */
export function tagsOf(specs: RouteSpec[]): { name: string; description: string }[] {
  return [...new Set(specs.map(({ tag }) => tag))].map((name) => {
    const description = TAGS[name];
    if (!description) throw new Error(`the tag ${name} has no description`);
    return { name, description };
  });
}
