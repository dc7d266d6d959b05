import type { AccessName } from "../../api/types.ts";
import { company } from "../../company.ts";

/** The accesses that the person may give in the company, the weakest first: as the API has it. */
export function grantableAccesses(): AccessName[] {
  const below: AccessName[] = ["agent", "viewer"];
  return company.value?.access === "owner" ? [...below, "manager", "owner"] : below;
}
