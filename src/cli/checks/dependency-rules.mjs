/** The directions in which modules may import each other, for dependency-cruiser; DESIGN: routes → verbs → queries → db. */
const FOUNDATIONS = "^src/(db|jobs|http|auth)/";
const FEATURES =
  "^src/(accesses|api-keys|audit|avatars|campaigns|companies|cycles|erasures|events|health|imports|invitations|leads|legal-terms|mail|memberships|orphans|passwords|questions|sessions|sources|stages|territories|user-accesses|users|webhooks)/";
/** What leads may know of imports: how a file's headers are read, which an export must not collide with, and states. */
const IMPORTS_PUBLIC =
  "^src/imports/(columns/(header-names|mapping-targets|match-columns)|resend/report-columns|state/status)\\.ts$";

const rule = (name, from, to) => ({ name, severity: "error", from, to });

export default {
  forbidden: [
    rule("no-cycles", {}, { circular: true }),
    rule(
      "leads-know-no-imports",
      { path: "^src/leads/" },
      { path: "^src/imports/", pathNot: IMPORTS_PUBLIC },
    ),
    rule(
      "foundations-know-no-features",
      { path: FOUNDATIONS },
      { path: FEATURES, dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "hono-stays-in-http",
      { path: "^src/", pathNot: "^src/(http/|app\\.ts|health/routes\\.ts|openapi/serve\\.ts)" },
      // Entries of a package beside its main one are not resolved: they keep the name that the import has.
      { path: "(^|/)node_modules/@?hono/|^@?hono/|^src/http/request/context\\.ts" },
    ),
    rule("database-knows-no-http", { path: "^src/(db|jobs)/" }, { path: "^src/http/" }),
    rule(
      "normalizing-stands-alone",
      { path: "^src/leads/normalize/" },
      { path: FEATURES, pathNot: "^src/leads/(normalize/|lead-record)" },
    ),
    rule("client-stands-alone", { path: "^src/client/" }, { path: "^src/", pathNot: "^src/client/" }),
    rule(
      "command-knows-the-client",
      { path: "^src/command/" },
      { path: "^src/", pathNot: "^src/(command|client)/" },
    ),
    rule(
      "nothing-is-unused",
      {
        orphan: true,
        path: "^src/",
        pathNot: "\\.d\\.ts$|^src/cli/|drizzle\\.config|reference\\.js$|first-theme\\.ts$",
      },
      {},
    ),
  ],
  options: { doNotFollow: { path: "node_modules" }, tsPreCompilationDeps: true },
};
