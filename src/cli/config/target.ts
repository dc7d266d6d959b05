/** Which installation a command works on: the local one, unless it is told otherwise. */
export const TARGET_OPTIONS = {
  env: { type: "string" },
  local: { type: "boolean", default: false },
  remote: { type: "boolean", default: false },
  "persist-to": { type: "string" },
} as const;

interface Target {
  env?: string | undefined;
  local?: boolean;
  remote: boolean;
  "persist-to"?: string | undefined;
}

/**
 * The arguments that point `wrangler d1 …` at an installation.
 *
 * @throws where an environment is unknown, or named without `--remote`: that would be an empty database on this
 * machine.
 */
export function targetArgs({ env, local, remote, "persist-to": persistTo }: Target): string[] {
  if (env !== undefined && !["staging", "production"].includes(env)) {
    throw new Error(`--env is staging or production, not “${env}”.`);
  }
  if (local && remote) throw new Error("--local and --remote exclude each other.");
  if (remote !== (env !== undefined))
    throw new Error("--env and --remote go together: --env production --remote.");
  if (env !== undefined) return ["--env", env, "--remote"];
  return ["--local", ...(persistTo ? ["--persist-to", persistTo] : [])];
}
