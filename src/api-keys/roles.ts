import type * as z from "zod";
import type { KeyRole } from "./schemas.ts";

type Role = z.output<typeof KeyRole>;

const ACCESS_IDS: Record<Role, number> = { manager: 2, agent: 3, viewer: 4 };

/** The access that a key of a role has. */
export function accessIdOf(role: Role): number {
  return ACCESS_IDS[role];
}

/** The role of a key's access. @throws for that of an owner, which no key has. */
export function roleOf(accessId: number): Role {
  for (const role of Object.keys(ACCESS_IDS) as Role[]) if (ACCESS_IDS[role] === accessId) return role;
  throw new Error(`an API key has the access ${accessId}`);
}
