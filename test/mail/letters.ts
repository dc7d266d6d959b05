import type { Letter } from "../../src/mail/compose.ts";
import type { MailKind } from "../../src/mail/outbox.ts";
import type { Locale } from "../../src/mail/templates/wording.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const URL = "https://app.example.com/somewhere?token=7.abc_-";
const OUR_NAMES = { inviter: "Iñaki Ruiz", company: "Café São João", access: "manager" } as const;

export type LetterKind = Exclude<MailKind, "import_ended"> | "confirm_sign_up";

/** A letter of a kind, such as it goes out at once. */
export function letter(kind: LetterKind, locale: Locale, name: string | null = "Ana"): Letter {
  if (kind === "new_device") {
    return { kind, locale, name, at: Date.UTC(2026, 1, 17, 21, 54), ip: "203.0.113.9" };
  }
  if (kind === "webhook_off") {
    const about = { id: 7, host: "hooks.example.com", company: OUR_NAMES.company, gone: false };
    return { kind, locale, name, ...about, since: Date.UTC(2026, 1, 17, 21, 54) };
  }
  const left = {
    set_password: DAY,
    reset_password: 10 * MINUTE,
    confirm_email: DAY,
    confirm_sign_up: 7 * DAY,
    email_changed: 7 * DAY,
    invitation: 7 * DAY,
  };
  const link = { url: URL, left: left[kind] - 300 };
  if (kind === "invitation") return { kind, locale, name, link, ...OUR_NAMES };
  return { kind, locale, name, link };
}

/** The HTML of a mail as a mail program reads it: its language, elements, text and links. */
export async function readHtml(html: string) {
  const parsed = { lang: "", title: "", text: "", elements: new Set<string>(), links: [] as string[] };
  const attributes = new Set<string>();
  const rewriter = new HTMLRewriter()
    .on("*", {
      element(element) {
        parsed.elements.add(element.tagName);
        for (const [name] of element.attributes) attributes.add(name ?? "");
        if (element.tagName === "html") parsed.lang = element.getAttribute("lang") ?? "";
        if (element.tagName === "a") parsed.links.push(unescaped(element.getAttribute("href") ?? ""));
      },
    })
    .on("title", {
      text({ text }) {
        parsed.title += text;
      },
    })
    .on("main", {
      text({ text }) {
        parsed.text += text;
      },
    });
  await rewriter.transform(new Response(html)).text();
  return { ...parsed, title: unescaped(parsed.title), text: unescaped(parsed.text), attributes };
}

function unescaped(html: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return html.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => named[name] ?? "");
}
