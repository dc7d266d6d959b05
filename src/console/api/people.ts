import { allPages, get, request } from "./request.ts";
import type { AccessName, CompanyPerson, Invitation, ListedSession, UserAccess } from "./types.ts";

/** The accesses by their ids. */
const IDS: Record<AccessName, number> = { owner: 1, manager: 2, agent: 3, viewer: 4 };

/** What is sent of an access that somebody is to have. */
type Wanted = { id?: number; company_id: number; access_id: number };

/** The people with an access in a company itself. @throws Problem */
export function loadMembers(companyId: number): Promise<CompanyPerson[]> {
  return allPages<CompanyPerson>(`/companies/${companyId}/users`, "users");
}

/** Makes the access of somebody in a company another one; all others stay as they are. @throws Problem */
export async function changeAccess(userId: number, companyId: number, access: AccessName): Promise<void> {
  const path = `/users/${userId}/user_access`;
  const held = await allPages<UserAccess>(path, "user_accesses");
  const wanted = held.flatMap(({ id, company_id, access_name }): Wanted[] =>
    id === null ? [] : [{ id, company_id, access_id: IDS[company_id === companyId ? access : access_name] }],
  );
  await request(path, { method: "PUT", body: { user_accesses: wanted } });
}

/** Takes an access away. @throws Problem */
export async function removeAccess(userId: number, accessId: number): Promise<void> {
  await request(`/users/${userId}/user_access/${accessId}`, { method: "DELETE" });
}

/** Lets somebody in no longer, or again. @throws Problem */
export async function changeStatus(userId: number, status: "active" | "disabled"): Promise<void> {
  await request(`/users/${userId}`, { method: "PUT", body: { status } });
}

/** The invitations of a company that nobody has accepted yet. @throws Problem */
export function loadInvitations(companyId: number): Promise<Invitation[]> {
  return allPages<Invitation>(`/companies/${companyId}/invitations`, "invitations", { status_eq: "pending" });
}

/** Mails an invitation; a newer one takes the place of an older one. @throws Problem */
export async function invite(
  companyId: number,
  { email, access }: { email: string; access: AccessName },
  idempotencyKey: string,
): Promise<void> {
  const body = { company_id: companyId, email, access_id: IDS[access] };
  await request("/invitations", { method: "POST", body, idempotencyKey });
}

/** Takes an invitation back. @throws Problem */
export async function endInvitation(id: number): Promise<void> {
  await request(`/invitations/${id}`, { method: "DELETE" });
}

/** Where the person is signed in, the newest first. @throws Problem */
export async function loadSessions(signal: AbortSignal): Promise<ListedSession[]> {
  return (await get<{ sessions: ListedSession[] }>("/users/me/sessions", { limit: 100 }, signal)).sessions;
}

/** Ends a session. @throws Problem */
export async function endSession(id: number): Promise<void> {
  await request(`/users/me/sessions/${id}`, { method: "DELETE" });
}
