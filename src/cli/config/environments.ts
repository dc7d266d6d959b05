import { isDeepStrictEqual } from "node:util";
import { unstable_readConfig } from "wrangler";
import { DEPLOYED, type Deployed } from "./deployed.ts";

type Environment = "local" | Deployed;

/** What this project has in wrangler.toml, as wrangler reads it. */
interface Config {
  name: string;
  vars: Record<string, unknown>;
  d1_databases: { binding: string; database_name: string; database_id?: string }[];
}

/** Fields that each installation has for itself. Whatever else is said of one must be said of all. */
const OWN = ["configPath", "userConfigPath", "targetEnvironment", "build", "workers_dev", "route", "routes"];
/** Names of things in the account: each begins with the name of its environment, and the rest is the same in all. */
const NAMED = ["database_name", "bucket_name", "queue", "dead_letter_queue"];
/** Ids in the account: no two of them are the same. */
const IDS = ["name", "database_id", "namespace_id"];

/**
 * Compares the environments of wrangler.toml, as wrangler reads them: each has the same bindings, names of variables,
 * limits and triggers, and nothing that another one has.
 *
 * @param file the path of wrangler.toml.
 * @returns a sentence for each difference.
 */
export function environmentProblems(file: string): string[] {
  const production = comparable(read(file, "production"), "production");
  return (["local", ...DEPLOYED] as const).flatMap((environment) => {
    const config = read(file, environment);
    const others = (["local", ...DEPLOYED] as const).filter((other) => other !== environment);
    const theirs = new Set(others.flatMap((other) => idsOf(read(file, other))));
    const ids = idsOf(config).filter((id) => /^(database|namespace)_id /.test(id));
    return [
      ...(config.vars.ENVIRONMENT === environment ? [] : [`ENVIRONMENT is not ${environment} there`]),
      ...differences(comparable(config, environment), production, ""),
      ...idsOf(config)
        .filter((id) => theirs.has(id))
        .map((id) => `${id} is used by another environment, too`),
      ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `${id} is there twice`),
    ].map((problem) => `wrangler.toml, ${environment}: ${problem}.`);
  });
}

/**
 * Finds what an environment still has from this repository, where it needs what its owner made.
 *
 * @param file the path of wrangler.toml.
 * @returns a sentence for each.
 */
export function placeholders(file: string, environment: Deployed): string[] {
  const { d1_databases, vars } = read(file, environment);
  const databases = d1_databases.filter(({ database_id: id }) => !id || PLACEHOLDER_ID.test(id));
  return [
    ...databases.map(
      ({ binding, database_name: name }) =>
        `${binding} has no database: run \`npx wrangler d1 create ${name}\` and paste its id.`,
    ),
    ...Object.entries(vars)
      .filter(([, value]) => /\bexample\.com\b/.test(String(value)))
      .map(([name, value]) => `${name} is still ${value}.`),
  ];
}

const PLACEHOLDER_ID = /^(\d)\1{7}-0000-0000-0000-/;

function read(file: string, environment: Environment): Config {
  const env = environment === "local" ? undefined : environment;
  return unstable_readConfig({ config: file, env }, { hideWarnings: true }) as unknown as Config;
}

/** A configuration without what is its own; lists by the names of what is in them. */
function comparable(value: unknown, environment: Environment): unknown {
  if (Array.isArray(value)) {
    return value.every(isRecord)
      ? Object.fromEntries(
          value.map((item, index) => [keyOf(item, environment) ?? index, comparable(item, environment)]),
        )
      : value;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !OWN.includes(key) && !IDS.includes(key))
      .map(([key, field]) => {
        if (key === "vars") return [key, Object.keys(field as object).sort()];
        return [
          key,
          NAMED.includes(key) ? shorten(String(field), environment) : comparable(field, environment),
        ];
      }),
  );
}

function keyOf(item: Record<string, unknown>, environment: Environment): unknown {
  return item.binding ?? item.name ?? (item.queue && shorten(String(item.queue), environment));
}

function shorten(name: string, environment: Environment): string {
  const prefix = environment === "local" ? "leadsy-" : `leadsy-${environment}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : `${name}, without ${prefix} before it`;
}

function differences(here: unknown, there: unknown, path: string): string[] {
  if (isDeepStrictEqual(here, there)) return [];
  if (!isRecord(here) || !isRecord(there)) {
    return [`${path} is ${JSON.stringify(here)}, and in production ${JSON.stringify(there)}`];
  }
  const keys = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...keys].flatMap((key) => differences(here[key], there[key], path ? `${path}.${key}` : key));
}

/** The ids of a configuration, each with what it is of. */
function idsOf(value: unknown, key = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => idsOf(item));
  if (isRecord(value)) {
    // The name of a binding is no id: only the Worker's is.
    const fields = Object.entries(value).filter(([field]) => field !== "name" || "vars" in value);
    return fields.flatMap(([field, inner]) => idsOf(inner, field));
  }
  return IDS.includes(key) || NAMED.includes(key) ? [`${key} ${value}`] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
