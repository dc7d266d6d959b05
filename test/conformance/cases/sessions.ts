import { PASSWORD } from "../../harness/factories.ts";
import { newLink, newMember, newSession, newSignUpLink } from "../mint/people.ts";
import type { Case } from "./case.ts";
import { get, post, put, remove } from "./requests.ts";

const login = (email: string, password: string) => post("/users/login", { email, password });

export const SESSION_CASES: Record<string, Case[]> = {
  "POST /users/login": [
    {
      access: "public",
      about: (side) => login(side.owner.email, PASSWORD),
      across: (_, other) => [
        { what: "the other's address with a guess", ask: login(other.owner.email, "guess"), status: 401 },
      ],
    },
  ],
  "POST /users/refresh": [
    {
      access: "public",
      about: async (side) =>
        post("/users/refresh", { refresh_token: (await newSession(await newMember(side))).token }),
      across: () => [
        {
          what: "a token made up",
          ask: post("/users/refresh", { refresh_token: "A".repeat(43) }),
          status: 401,
        },
      ],
    },
  ],
  "POST /users/logout": [{ access: "signed_in", about: () => ({ path: "/users/logout", method: "POST" }) }],
  "GET /users/me": [{ access: "signed_in", about: () => get("/users/me") }],
  "GET /users/validate_jwt": [{ access: "signed_in", about: () => get("/users/validate_jwt") }],
  "GET /users/me/sessions": [{ access: "signed_in", about: () => get("/users/me/sessions?limit=100") }],
  "DELETE /users/me/sessions/{id}": [
    {
      access: "own",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        return remove(`/users/me/sessions/${(await newSession(member)).id}`, member);
      },
    },
  ],
  "POST /users/confirm_email": [
    { access: "signed_in", about: () => ({ path: "/users/confirm_email", method: "POST" }) },
  ],
  "POST /users/reset_password": [
    {
      access: "public",
      about: async (side) => post("/users/reset_password", { email: (await newMember(side)).email }),
    },
  ],
  "PUT /users/reset_password": [
    {
      access: "public",
      about: async (side) =>
        put("/users/reset_password", {
          token: await newLink(await newMember(side), "reset_password"),
          password: "a long and fresh password",
        }),
      across: async (own, other) => {
        const [mine, theirs] = [
          await newLink(await newMember(own), "reset_password"),
          await newLink(other.owner, "reset_password"),
        ];
        const token = theirs.split(".")[0] + mine.slice(mine.indexOf("."));
        const ask = put("/users/reset_password", { token, password: "a long and fresh password" });
        return [{ what: "the other's link under one's own signature", ask, status: 422 }];
      },
    },
  ],
  "PUT /users/confirm_email": [
    {
      access: "optional",
      about: async () =>
        put("/users/confirm_email", { token: await newSignUpLink(), password: "seven lamps on the stairs" }),
      across: async (_, other) => [
        {
          what: "the other's link of another purpose",
          ask: put("/users/confirm_email", { token: await newLink(other.owner, "reset_password") }),
          status: 422,
        },
      ],
    },
  ],
  "GET /users/find_by_email": [
    {
      access: "user see",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/find_by_email?email=${member.email}`, member);
      },
    },
  ],
};
