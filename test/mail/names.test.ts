import { describe, expect, it } from "vitest";
import { compose, type Letter } from "../../src/mail/compose.ts";
import { letter, readHtml, URL } from "./letters.ts";

describe("names that people gave themselves", () => {
  const PLAIN = new Set(["html", "head", "meta", "title", "body", "main", "p", "a", "br"]);

  async function invite(names: Partial<Record<"name" | "inviter" | "company", string>>) {
    const mail = compose({ ...letter("invitation", "en"), ...names } as Letter);
    const html = await readHtml(mail.html);
    for (const element of html.elements) expect(PLAIN, element).toContain(element);
    for (const attribute of html.attributes) {
      expect(["lang", "charset", "name", "content", "style", "href"]).toContain(attribute);
    }
    expect(html.links).toEqual([URL, URL]);
    expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    return { ...mail, seen: html };
  }

  it.each([
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><a href='https://evil.example'>",
    "</title></main><style>*{display:none}</style>",
    "&lt;b&gt; &amp; Söhne",
    "<!-- ",
    "{company} {{name}} %s",
    "$& $1 $$",
  ])("are text and nothing else: %s", async (hostile) => {
    const { text, subject, seen } = await invite({ name: hostile, inviter: hostile, company: hostile });
    const visible = (shown: string) => shown.replaceAll("\u200c", "");
    expect(subject).toBe(`${hostile.trim()} invites you to ${hostile.trim()}`);
    expect(visible(seen.title)).toBe(subject);
    for (const part of [`Hello ${hostile.trim()},`, `work with ${hostile.trim()} on Leadsy`]) {
      expect(visible(text)).toContain(part);
      expect(visible(seen.text)).toContain(part);
    }
  });

  it("add no header, no line and no direction of writing", async () => {
    const hostile = "Ana\r\nBcc: all@example.com\u2028\u2029\n\nHi\u202e\u2066\u200f\u0000\u001b[31m\ud800";
    const { subject, text } = await invite({ name: hostile, inviter: hostile, company: hostile });
    const line = "Ana Bcc: all@example.com Hi [31m";
    expect(subject).toBe(`${line} invites you to ${line}`);
    const lines = text.replaceAll("\u200c", "").split("\n");
    expect(lines[0]).toBe(`Hello ${line},`);
    expect(lines[2]).toBe(`${line} invites you to work with ${line} on Leadsy, with manager access.`);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\0]/);
    expect(text.isWellFormed()).toBe(true);
  });

  it("are no links, whatever a mail program takes for one", async () => {
    const names = ["https://evil.example/x", "www.evil.example", "evil.example", "me@evil.example"];
    for (const name of names) {
      const { text, html } = await invite({ name, inviter: name, company: name });
      for (const body of [
        text.replaceAll(URL, ""),
        html.replaceAll(URL, "").replace(/<title>.*<\/title>/, ""),
      ]) {
        expect(body).toContain("evil");
        expect(body).not.toMatch(/evil\.\w|www\.\w|https?:\/\/evil|\w@\w/);
      }
    }
  });

  it("are cut to a bearable length, between characters", async () => {
    const { text, subject } = await invite({ name: "😀".repeat(255), company: "ñ".repeat(255) });
    expect(text.split("\n")[0]).toBe(`Hello ${"😀".repeat(80)}…,`);
    expect(subject).toBe(`Iñaki Ruiz invites you to ${"ñ".repeat(80)}…`);
  });

  it("may be such as nobody can read, and the mail still is", async () => {
    const { text, subject } = await invite({ name: "\u202e \u0000", inviter: " ", company: "\u200b" });
    expect(text.split("\n")[0]).toBe("Hello,");
    expect(subject).toBe("Leadsy invites you to Leadsy");
  });
});
