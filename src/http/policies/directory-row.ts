import type { Role, UserActor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { requireFound } from "../../errors.ts";
import { beginning } from "../beginning.ts";
import { type Policy, type PolicyInput, type RequestTarget, requireUser } from "./policy.ts";
import { lastCompanyOf, requireRole } from "./require-role.ts";

/** Finds the row that the path names, for every caller. @returns `undefined` where there is none. */
export type LoadDirectoryRow<Row extends { companyId: number }> = (
  params: RequestTarget["params"],
  db: DirectoryDb,
) => Promise<Row | undefined>;

/** The company of a row of the directory that the path names; the row is handed on. */
export function directoryRowPolicy<Row extends { companyId: number }>({
  role,
  load,
}: {
  role: Role;
  load: LoadDirectoryRow<Row>;
}): Policy<{ actor: UserActor; companyId: number; row: Row }> {
  const reading = beginning(({ params, databases }: Pick<PolicyInput, "params" | "databases">) =>
    load(params, databases.directory),
  );
  return {
    declares: { kind: "directory_row", role },
    caller: "required",
    locate: (_, userId) => lastCompanyOf(userId),
    begin: reading.begin,
    async authorize(input) {
      const actor = requireUser(input);
      const row = requireFound(await reading.finish(input));
      await requireRole(actor, row.companyId, role);
      return { actor, companyId: row.companyId, row };
    },
  };
}
