import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { png } from "../fixtures/images.ts";
import { avatarOf, base64, putJson } from "../harness/accounts/avatars.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser } from "../harness/factories.ts";

let name: string;

beforeAll(async () => {
  const user = await createUser();
  await bodyOf(putJson("users", user.token, { avatar_base64: base64(png()) }));
  name = String(await avatarOf("users", user.id));
});

test("an avatar is a picture that pages may show and keep, and never a page", async () => {
  const answer = await call(`/avatars/${name}`);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "image/png",
    "content-length": String(png().length),
    "x-content-type-options": "nosniff",
    "content-disposition": 'attachment; filename="avatar.png"',
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=31536000, immutable",
    etag: expect.stringMatching(/^"[\w-]+"$/),
  });
  expect(answer.headers.has("Set-Cookie")).toBe(false);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(png());
});

test("its type is that of its name, whatever the store says", async () => {
  const stray = `${"0".repeat(32)}.gif`;
  await env.FILES.put(`avatars/${stray}`, "<script>alert(1)</script>", {
    httpMetadata: { contentType: "text/html", cacheControl: "no-store", contentDisposition: "inline" },
  });
  const answer = await call(`/avatars/${stray}`);
  expect(answer.headers.get("Content-Type")).toBe("image/gif");
  expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="avatar.gif"');
  expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  await answer.arrayBuffer();
});

test("who has it already gets a 304, and HEAD no body", async () => {
  const first = await call(`/avatars/${name}`);
  await first.arrayBuffer();
  const tag = first.headers.get("ETag") ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
    const again = await call(`/avatars/${name}`, { headers: { "If-None-Match": known } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("ETag")).toBe(tag);
    expect(again.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
  }
  const other = await call(`/avatars/${name}`, { headers: { "If-None-Match": '"other"' } });
  expect(other.status).toBe(200);
  await other.arrayBuffer();
  const head = await call(`/avatars/${name}`, { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(head.headers.get("Content-Type")).toBe("image/png");
  expect(await head.text()).toBe("");
});

test("a name that stands for nothing is a 404 that nobody keeps", async () => {
  await env.FILES.put("avatars/loose.png", png());
  await env.FILES.put("originals/0123456789abcdef0123456789abcdef.png", png());
  const names = [
    name.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
    name.replace(".png", ".jpeg"),
    name.replace(".png", ".svg"),
    name.replace(".png", ".PNG"),
    name.replace(".png", ""),
    name.toUpperCase(),
    `${name}%0a`,
    `${name}%00`,
    `${name}.png`,
    "loose.png",
    "..%2foriginals%2f0123456789abcdef0123456789abcdef.png",
    "%2e%2e%2foriginals%2f0123456789abcdef0123456789abcdef.png",
    "__proto__",
    "null",
  ];
  for (const one of names) {
    const answer = await call(`/avatars/${one}`, { headers: { "If-None-Match": "*" } });
    expect(answer.headers.get("Cache-Control"), one).toBe("no-store");
    await problemOf(answer, 404);
  }
  await problemOf(call(`/avatars/${"a".repeat(65)}`), 400);
  await problemOf(call(`/avatars/${name}?size=64`), 400);
  await problemOf(call(`/avatars/${name}`, { method: "DELETE" }), 405);
});
