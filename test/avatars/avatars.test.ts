import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { UserAnswer } from "../../src/users/schemas.ts";
import { gif, IMAGES, jpeg, png, webp } from "../fixtures/images.ts";
import {
  avatarOf,
  base64,
  imageOf,
  keptAvatars,
  namedAvatars,
  putForm,
  putJson,
  remove,
} from "../harness/accounts/avatars.ts";
import { bodyOf, call, ORIGIN, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";
import { FORM_TYPE, formBytes } from "../harness/form.ts";
import { eventsOf, rowsOf } from "../harness/people.ts";
import { company, field, file, owner, prepareOwners } from "./avatar-owners.ts";

prepareOwners();

describe("one's own avatar", () => {
  const images = Object.entries(IMAGES).flatMap(([kind, list]) =>
    list.map((bytes, index) => [`${kind} ${index + 1}`, kind, bytes] as const),
  );

  test.each(images)("can be a %s, which is kept and served as it came", async (_, kind, bytes) => {
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    const before = Date.now();
    const answer = await bodyOf(
      putJson("users", user.token, { avatar_base64: base64(bytes), name: "Ich.PNG", type: `image/${kind}` }),
    );
    const { user: seen } = UserAnswer.parse(answer);
    expect(seen.id).toBe(user.id);
    expect(seen.avatar_route).toMatch(new RegExp(`^/api/v1/avatars/[0-9a-f]{32}\\.${kind}$`));
    expect(Date.parse(seen.updated_at)).toBeGreaterThanOrEqual(before);
    expect(await bodyOf(call(`/users/${user.id}`, { token: user.token }))).toEqual(answer);

    const name = await avatarOf("users", user.id);
    expect(seen.avatar_route).toBe(`/api/v1/avatars/${name}`);
    const object = await env.FILES.head(`avatars/${name}`);
    expect(object?.httpMetadata?.contentType).toBe(`image/${kind}`);
    expect(await imageOf(name)).toEqual(bytes);
    const served = await fetchAvatar(seen.avatar_route);
    expect(served.headers.get("Content-Type")).toBe(`image/${kind}`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.avatar_changed", company_id: null, actor_id: user.id, details: {} },
    ]);
  });

  test("takes the place of the one before, which is gone", async () => {
    const user = await createUser();
    const names: (string | null)[] = [];
    for (const bytes of [png(), jpeg(), png()]) {
      await bodyOf(putJson("users", user.token, { avatar_base64: base64(bytes) }));
      names.push(await avatarOf("users", user.id));
    }
    expect(new Set(names).size).toBe(3);
    const [first, second, third] = names;
    expect(await imageOf(third ?? null)).toEqual(png());
    for (const gone of [first, second]) {
      expect(await imageOf(gone ?? null)).toBeNull();
      expect((await fetchAvatar(`/api/v1/avatars/${gone}`)).status).toBe(404);
    }
  });

  test("comes as a data: URL, in whatever case its type is written", async () => {
    const user = await createUser();
    const url = `data:Image/WebP;base64,${base64(webp())}`;
    await bodyOf(putJson("users", user.token, { avatar_base64: url, type: "image/webp" }));
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(webp());
  });

  test("comes in a form, whatever its part says that it is", async () => {
    const user = await createUser();
    const parts = [
      field("name", "2026"),
      { ...file(gif(), "../../me.html"), headers: ["Content-Type: text/html"] },
      field("type", "image/gif"),
    ];
    const { user: seen } = await bodyOf(putForm("users", user.token, parts));
    expect(seen.avatar_route).toMatch(/^\/api\/v1\/avatars\/[0-9a-f]{32}\.gif$/);
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(gif());
  });

  test("comes in base64 in a form too", async () => {
    const user = await createUser();
    await bodyOf(putForm("users", user.token, [field("avatar_base64", base64(png()))]));
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(png());
  });

  test("may have 2 MiB, however it comes", async () => {
    const user = await createUser();
    const full = jpeg(8, 8, padding(2 * 1024 * 1024 - jpeg(8, 8).length));
    expect(full.length).toBe(2 * 1024 * 1024);
    const url = `data:image/jpeg;base64,${base64(full)}`;
    await bodyOf(putJson("users", user.token, { avatar_base64: url }));
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(full);
    await bodyOf(putForm("users", user.token, [file(full)]));
    expect(await imageOf(await avatarOf("users", user.id))).toEqual(full);
  });
});

describe("removing an avatar", () => {
  test.each(["nothing", "the body", "the query"])("of the user that %s names", async (where) => {
    const user = await createUser();
    await bodyOf(putJson("users", user.token, { avatar_base64: base64(png()) }));
    const name = await avatarOf("users", user.id);
    const ask = () =>
      remove(
        "users",
        user.token,
        where === "the body" ? { user_id: user.id } : undefined,
        where === "the query" ? `?user_id=${user.id}` : "",
      );
    const removed = UserAnswer.parse(await bodyOf(ask()));
    expect(removed.user).toMatchObject({ id: user.id, avatar_route: null });
    expect(await imageOf(name)).toBeNull();
    expect((await fetchAvatar(`/api/v1/avatars/${name}`)).status).toBe(404);
    const [row] = await rowsOf("SELECT avatar_key, updated_at FROM users WHERE id = ?", user.id);
    expect(row).toEqual({ avatar_key: null, updated_at: Date.parse(removed.user.updated_at) });

    const before = await dumpDirectory();
    expect(await bodyOf(ask())).toEqual(removed);
    expect(await dumpDirectory()).toEqual(before);
    expect((await eventsOf("user", user.id)).map((one) => one.action)).toEqual([
      "user.avatar_changed",
      "user.avatar_removed",
    ]);
  });

  test("is refused with fields that nobody knows", async () => {
    const problem = await problemOf(remove("users", owner.token, { user: 1 }), 422);
    expect(problem.errors[0]).toMatchObject({ pointer: "/user", code: "unknown_field" });
    await problemOf(remove("users", owner.token, undefined, "?user=1"), 400);
  });
});

describe("a body that is no body of an avatar", () => {
  const image = base64(png());
  const refused: [name: string, json: unknown, pointer: string][] = [
    ["nothing", {}, "/avatar_base64"],
    ["an image in no base64", { avatar_base64: 7 }, "/avatar_base64"],
    ["null", { avatar_base64: null }, "/avatar_base64"],
    ["a file in JSON", { file: image }, "/file"],
    ["both ways at once", { avatar_base64: image, file: image }, "/file"],
    ["an unknown type", { avatar_base64: image, type: "image/svg+xml" }, "/type"],
    ["a type that is no text", { avatar_base64: image, type: 1 }, "/type"],
    ["a name that is no text", { avatar_base64: image, name: 1 }, "/name"],
    ["a name of 256 characters", { avatar_base64: image, name: "x".repeat(256) }, "/name"],
    ["a field that nobody knows", { avatar_base64: image, avatar_key: "mine.png" }, "/avatar_key"],
    ["an operator's mark", { avatar_base64: image, operator: true }, "/operator"],
    ["a company", { avatar_base64: image, company_id: 1 }, "/company_id"],
  ];

  test.each(refused)("%s", async (_, json, pointer) => {
    const before = [await dumpDirectory(), await keptAvatars()];
    const problem = await problemOf(putJson("users", owner.token, json), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
  });

  test("forms without a file, with two, and with what is none", async () => {
    const before = [await dumpDirectory(), await keptAvatars()];
    const ask = async (status: number, code: string, pointer: string | null, ...parts: object[]) => {
      const problem = await problemOf(putForm("users", owner.token, parts as never), status);
      expect(problem.code).toBe(code);
      expect(problem.errors?.[0].pointer ?? null).toBe(pointer);
    };
    await ask(422, "invalid_body", "/avatar_base64", field("name", "me.png"));
    await ask(400, "malformed_multipart", null, file(png()), file(gif()));
    await ask(400, "malformed_multipart", null, file(png()), field("user_id", 1), field("user_id", 2));
    await ask(422, "invalid_body", "/avatar_base64", file(png()), field("avatar_base64", image));
    await ask(422, "invalid_body", "/file", field("file", image));
    await ask(422, "invalid_body", "/avatar_base64", { ...file(png()), name: "avatar_base64" });
    await ask(422, "invalid_body", "/user_id", { ...file(png()), name: "user_id" });
    await ask(422, "invalid_body", "/picture", file(png()), { ...file(png()), name: "picture" });
    await ask(422, "invalid_body", "/__proto__", file(png()), field("__proto__", "1"));
    await ask(422, "invalid_image", "/file", file(new Uint8Array()));
    await ask(422, "invalid_image", "/type", file(png()), field("type", "image/gif"));
    expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
  });

  test("another kind of body, and bodies that break off", async () => {
    const before = [await dumpDirectory(), await keptAvatars()];
    const send = (type: string, body: BodyInit) =>
      call("/users/avatar", { method: "PUT", token: owner.token, headers: { "Content-Type": type }, body });
    const form = formBytes([file(png())]);
    for (const type of ["image/png", "text/plain", "application/x-www-form-urlencoded", ""]) {
      expect((await problemOf(send(type, png()), 415)).code).toBe("unsupported_media_type");
    }
    for (const [type, body] of [
      ["multipart/form-data", form],
      [FORM_TYPE, form.slice(0, -30)],
      [FORM_TYPE, "no form at all"],
    ] as const) {
      expect((await problemOf(send(type, body), 400)).code).toBe("malformed_multipart");
    }
    expect((await problemOf(send("application/json", form), 400)).code).toBe("malformed_request");
    expect([await dumpDirectory(), await keptAvatars()]).toEqual(before);
  });
});

test("in the end, each image that is kept is named, and each that is named is kept", async () => {
  expect(await keptAvatars()).toEqual(await namedAvatars());
  expect(await keptAvatars()).not.toEqual([]);
});

function fetchAvatar(route: string | null): Promise<Response> {
  if (!route?.startsWith("/api/v1/")) throw new Error(`${ORIGIN}${route} is no address of the API`);
  return call(route.slice("/api/v1".length));
}

/** Comments that make a JPEG longer by a number of bytes. */
function padding(bytes: number): Uint8Array[] {
  const comments: Uint8Array[] = [];
  for (let left = bytes; left > 0; ) {
    // None may be shorter than its own head.
    const length = left > 65_537 + 4 ? 65_537 : left > 65_537 ? left - 1000 : left;
    const comment = new Uint8Array(length).fill(32);
    comment.set([0xff, 0xfe, (length - 2) >> 8, (length - 2) & 0xff]);
    comments.push(comment);
    left -= length;
  }
  return comments;
}
