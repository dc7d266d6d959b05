/**
 * The filters of the leads that an import created or updated. Those of an import are the ones that it created, unless
 * another outcome is named.
 */
export function importedLeads(code: string, outcome: "created" | "updated"): Record<string, string> {
  return { import_code_eq: code, ...(outcome === "updated" && { import_outcome_eq: outcome }) };
}
