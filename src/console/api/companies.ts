import { Problem } from "./problem.ts";
import { A_PAGE, allPages, get, MOST_PAGES } from "./request.ts";
import type { AccessName, Campaign, Company, Person, Question, Stage, User, UserAccess } from "./types.ts";

/** A company, and what the person may do in it. */
export interface ReachableCompany extends Company {
  access: AccessName;
}

/**
 * The companies that the person reaches, each with the access that counts in it: of more than can be offered, the first
 * ones.
 *
 * @param named one that is among them, however many there are, if the person reaches it.
 * @throws Problem
 */
export async function loadCompanies(user: User, named: number | null): Promise<ReachableCompany[]> {
  const [companies, accesses] = await Promise.all([
    allPages<Company>("/companies", "companies"),
    allPages<UserAccess>(`/users/${user.id}/user_access`, "user_accesses"),
  ]);
  if (companies.length >= A_PAGE * MOST_PAGES) await addNamed(companies, named);
  const parents = new Map(companies.map(({ id, parent_company_id }) => [id, parent_company_id]));
  const own = new Map(
    accesses
      .filter(({ status }) => status === "active")
      .map(({ company_id, access_name }) => [company_id, access_name]),
  );
  return companies.map((company) => ({ ...company, access: accessIn(company.id, own, parents) }));
}

/** Adds a company, and those above it: the access to one of these counts in it. */
async function addNamed(companies: Company[], named: number | null): Promise<void> {
  for (let at = named; at !== null && !companies.some(({ id }) => id === at); ) {
    const company: Company | null = await findCompany(at);
    if (!company) return;
    companies.push(company);
    at = company.parent_company_id;
  }
}

async function findCompany(id: number): Promise<Company | null> {
  try {
    return (await get<{ company: Company }>(`/companies/${id}`)).company;
  } catch (error) {
    // Nothing that the person reaches.
    if (error instanceof Problem && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

const STRENGTH: AccessName[] = ["owner", "manager", "agent", "viewer"];

/**
 * The strongest of the accesses to a company and those above it. An operator has none of their own and reaches every
 * company.
 */
function accessIn(id: number, own: Map<number, AccessName>, parents: Map<number, number | null>): AccessName {
  const held: AccessName[] = [];
  for (let at: number | null | undefined = id; at; at = parents.get(at)) {
    const access = own.get(at);
    if (access) held.push(access);
  }
  return STRENGTH.find((access) => held.includes(access)) ?? "owner";
}

/** A company's campaigns. @throws Problem */
export function loadCampaigns(companyId: number): Promise<Campaign[]> {
  return allPages<Campaign>(`/companies/${companyId}/campaigns`, "campaigns");
}

/** The questions of a campaign that are still asked. @throws Problem */
export async function loadQuestions(campaignId: number): Promise<Question[]> {
  const questions = await allPages<Question>(`/campaigns/${campaignId}/questions`, "questions");
  return questions.filter(({ archived }) => !archived);
}

/** The people of a company whom a lead can be assigned to. @throws Problem */
export function loadPeople(companyId: number): Promise<Person[]> {
  return allPages<Person>(`/companies/${companyId}/users`, "users", { status_eq: "active" });
}

let stages: Promise<Stage[]> | null = null;

/** The stages of leads, which all companies share. @throws Problem */
export function loadStages(): Promise<Stage[]> {
  stages ??= get<{ stages: Stage[] }>("/stages").then((body) => body.stages);
  stages.catch(() => {
    stages = null;
  });
  return stages;
}
