import { env } from "cloudflare:test";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { signAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { ROLES } from "../../../src/users/schemas.ts";
import type { Call } from "../../harness/api.ts";
import type { Deed, Of, Wanted } from "../rules/state.ts";
import { PASSWORDS, shownWith } from "./passwords.ts";
import { type Device, NO_ID, prepare, type World } from "./world.ts";

/** What a deed asks for. */
type Asked = Call & { path: string };

const asJson = ({ companyIds }: World, wanted: Wanted[]) => ({
  user_accesses: wanted.map(({ company, access, primary }) => ({
    company_id: companyIds[company],
    access_id: access,
    ...(primary && { primary }),
  })),
});

/** The token of a link that was mailed to a person for their account. */
async function linkTo(
  { emails, userIds }: World,
  kind: "confirm_email" | "reset_password" | "set_password",
  person: number,
): Promise<string> {
  const now = Date.now();
  const mail = await prepare(
    `INSERT INTO mails (kind, email, user_id, created_at, link_expires_at, queued_at, done_at)
     VALUES (?1, ?2, ?3, ?4, ?4 + 60000, ?4, ?4) RETURNING id`,
    kind,
    emails[person],
    userIds[person] ?? null,
    now,
  ).first<{ id: number }>();
  return linkToken(env, kind, mail?.id ?? 0);
}

/** The request that does a deed; its token, where it is not the actor's own. */
export async function requestFor(world: World, deed: Deed): Promise<Asked> {
  const { userIds, companyIds, emails, invitationIds, accessIds } = world;
  const of = (person: number) => `/users/${userIds[person] ?? NO_ID}`;
  const at = (company: number) => `/companies/${companyIds[company] ?? NO_ID}`;
  const newPerson = (person: number) => ({ first_name: "P", last_name: "Q", email: emails[person] });
  switch (deed.kind) {
    case "grant":
      return { path: `${of(deed.person)}/user_access`, method: "POST", json: asJson(world, deed.wanted) };
    case "replace":
      return { path: `${of(deed.person)}/user_access`, method: "PUT", json: asJson(world, deed.wanted) };
    case "revoke": {
      const id = accessIds.get(`${deed.person}/${deed.company}`) ?? NO_ID;
      return { path: `${of(deed.person)}/user_access/${id}`, method: "DELETE" };
    }
    case "invite": {
      const json = {
        email: emails[deed.person],
        company_id: companyIds[deed.company],
        access_id: deed.access,
      };
      return { path: "/invitations", method: "POST", json };
    }
    case "accept":
    case "decline": {
      const id = invitationIds[deed.invitation] ?? NO_ID;
      const named = deed.code ? linkToken(env, "invitation", id) : id;
      return { path: `/invitations/${named}/${deed.kind}`, method: "POST" };
    }
    case "uninvite":
      return { path: `/invitations/${invitationIds[deed.invitation]}`, method: "DELETE" };
    case "status":
      return { path: of(deed.person), method: "PUT", json: { status: deed.status } };
    case "make": {
      const parent = deed.parent === null ? {} : { parent_company_id: companyIds[deed.parent] };
      return { path: "/companies", method: "POST", json: { name: "Model", ...parent } };
    }
    case "signUp": {
      const json = { ...newPerson(deed.person), password: PASSWORDS.stranger };
      return { path: "/users", method: "POST", json };
    }
    case "create": {
      const { user_accesses } = asJson(world, deed.wanted);
      const json = {
        ...newPerson(deed.person),
        ...(deed.password && { password: PASSWORDS.stranger }),
        ...(user_accesses.length > 0 && { user_accesses_attributes: user_accesses }),
      };
      return { path: "/users", method: "POST", json };
    }
    case "confirm": {
      const json = { token: await linkTo(world, "confirm_email", deed.person), ...shownWith(deed.by) };
      return { path: "/users/confirm_email", method: "PUT", json };
    }
    case "reset": {
      const json = { token: await linkTo(world, "reset_password", deed.person), password: PASSWORDS.own };
      return { path: "/users/reset_password", method: "PUT", json };
    }
    case "first": {
      const json = { token: await linkTo(world, "set_password", deed.person), password: PASSWORDS.own };
      return { path: "/users/reset_password", method: "PUT", json };
    }
    case "join": {
      const id = invitationIds[deed.invitation] ?? 0;
      const code = linkToken(env, "invitation", id);
      const invited = await prepare("SELECT email FROM invitations WHERE id = ?", id).first("email");
      const json = {
        ...{ first_name: "P", last_name: "Q", email: invited },
        ...{ password: PASSWORDS.own, invitation_code: code },
      };
      return { path: "/users", method: "POST", json };
    }
    case "makeKey": {
      const json = { name: "Program", role: ROLES[deed.access - 1] };
      return { path: `${at(deed.company)}/api_keys`, method: "POST", json };
    }
    case "endKey":
      return { path: `/api_keys/${world.keyIds[deed.key]}`, method: "DELETE" };
    case "useKey": {
      const token = world.secrets[deed.key] ?? "";
      const campaigns = `${at(deed.company)}/campaigns`;
      if (deed.use === "read") return { path: campaigns, method: "GET", token };
      if (deed.use === "write") return { path: campaigns, method: "POST", json: { name: "Model" }, token };
      const json = { email: emails[0], company_id: companyIds[deed.company], access_id: 4 };
      return { path: "/invitations", method: "POST", json, token };
    }
    case "endSession":
      return { path: `/users/me/sessions/${world.devices[deed.session]?.id}`, method: "DELETE" };
    case "signOut":
      return { path: "/users/logout", method: "POST", token: await deviceToken(world, deed.session) };
    case "refresh": {
      const { firstToken, token } = world.devices[deed.session] as Device;
      const thief = { "User-Agent": crypto.randomUUID() };
      return {
        ...{ path: "/users/refresh", method: "POST" },
        json: { refresh_token: deed.stolen ? firstToken : token },
        ...(deed.stolen && { headers: thief }),
      };
    }
    case "password": {
      const json = { password: PASSWORDS.own, current_password: PASSWORDS[deed.typed] };
      return { path: of(deed.actor), method: "PUT", json };
    }
    case "see":
      return { path: pathOf(world, deed), method: "GET" };
    case "rename":
      return deed.what === "user"
        ? { path: of(deed.of), method: "PUT", json: { last_name: "R" } }
        : { path: at(deed.of), method: "PUT", json: { name: "Renamed" } };
  }
}

/** Where something is read. */
function pathOf({ userIds, companyIds, emails }: World, { what, of }: Of<"see">): string {
  const user = `/users/${userIds[of] ?? NO_ID}`;
  const company = `/companies/${companyIds[of] ?? NO_ID}`;
  return {
    user,
    accesses: `${user}/user_access`,
    "own trail": `${user}/audit_events`,
    pending: `/invitations/pending?limit=100&email=${emails[of]}`,
    company,
    members: `${company}/users`,
    invitations: `${company}/invitations`,
    keys: `${company}/api_keys`,
    trail: `${company}/audit_events`,
  }[what];
}

/** An access token of a device, from when it was signed in. */
async function deviceToken({ devices, userIds }: World, session: number): Promise<string> {
  const { person, family } = devices[session] as Device;
  const user = { id: userIds[person] ?? NO_ID, tokenVersion: 0 };
  return (await signAccessToken(env, user, family, Date.now())).token;
}
