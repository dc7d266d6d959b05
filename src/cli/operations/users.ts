import type { Call } from "./caller.ts";
import type { Scene, WithId } from "./scene.ts";

/** A PNG of one pixel. */
export const AVATAR = {
  avatar_base64:
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  name: "pixel.png",
  type: "image/png",
};

const VIEWER = 4;

/** Users: operations 1 to 10. @returns a new user, and the token with which the colleague signed in. */
export async function callUsers(call: Call, { owner: token, company, colleague, run }: Scene) {
  await call("DELETE /users/avatar", { token, query: { user_id: colleague.id } });
  await call("PUT /users/avatar", { token, body: { user_id: colleague.id, ...AVATAR } });
  const { user: newcomer } = await call<{ user: WithId }>("POST /users", {
    token,
    body: {
      first_name: "Nadia",
      last_name: "Navarro",
      email: `newcomer-${run}@demo.test`,
      user_accesses_attributes: [{ company_id: company.id, access_id: VIEWER, primary: true }],
    },
  });
  await call("GET /users/validate_jwt", { token });
  await call("GET /users/find_by_email", { token, query: { email: colleague.email } });
  await call("GET /users", { token, query: { company_id_eq: company.id } });
  const { email, password } = colleague;
  const session = await call<{ token: string }>("POST /users/login", { body: { email, password } });
  await call("POST /users/reset_password", { body: { email } });
  await call("GET /users/{id}", { token, params: { id: newcomer.id } });
  await call("PUT /users/{id}", {
    token: session.token,
    params: { id: colleague.id },
    body: { phone: "+52 55 1234 5678", locale: "es" },
  });
  return { newcomer, colleagueToken: session.token };
}
