import type { Role } from "../auth/actor.ts";
import { type Content, htmlOf } from "./html.ts";
import { nameInMail, subjectLine } from "./names.ts";
import type { MailKind } from "./outbox.ts";
import { en } from "./templates/en.ts";
import { es } from "./templates/es.ts";
import { pt } from "./templates/pt.ts";
import type { Dictionary, EndedImport, Locale, Notice, Request, SilentWebhook } from "./templates/wording.ts";
import { timeInWords, timeLeft } from "./time-left.ts";

/** What a mail is to say, and in which language; names as people wrote them. */
export type Letter = { locale: Locale; name: string | null } & (
  | {
      kind:
        | Exclude<MailKind, "new_device" | "invitation" | "import_ended" | "webhook_off">
        | "confirm_sign_up";
      link: Link;
    }
  | { kind: "invitation"; link: Link; inviter: string; company: string; access: Role }
  | { kind: "new_device"; at: number; ip: string | null }
  | ({ kind: "import_ended" } & EndedImport)
  | ({ kind: "webhook_off" } & SilentWebhook)
);

/** Where a mail leads, and for how many milliseconds. */
export interface Link {
  url: string;
  left: number;
}

const DICTIONARIES: Record<Locale, Dictionary> = { en, es, pt };

/** Writes a mail: its subject, and what it says as text and as HTML. */
export function compose(letter: Letter): { subject: string; text: string; html: string } {
  const { locale } = letter;
  const dictionary = DICTIONARIES[locale];
  const { greeting, bareLink, footer } = dictionary;
  const wording = wordingOf(letter, dictionary);
  const url = "link" in letter ? letter.link.url : "page" in letter ? letter.page : null;
  const content: Content = {
    locale,
    subject: subjectLine(wording.subject),
    greeting: greeting(nameInMail(letter.name)),
    message: wording.message,
    link: url !== null && "action" in wording ? { url, action: wording.action, bareLink } : null,
    notes: wording.notes,
    footer,
  };
  return { subject: content.subject, text: textOf(content), html: htmlOf(content) };
}

function wordingOf(letter: Letter, dictionary: Dictionary): Notice | Request {
  if (letter.kind === "new_device") {
    return dictionary.new_device({ when: timeInWords(letter.at, letter.locale), ip: letter.ip });
  }
  if (letter.kind === "import_ended") {
    const { file, company, groups, ...rest } = letter;
    return dictionary.import_ended({
      ...rest,
      file: nameInMail(file) ?? "CSV",
      company: nameInMail(company) ?? "Leadsy",
      groups: groups.map((group) => ({ ...group, column: nameInMail(group.column) })),
    });
  }
  if (letter.kind === "webhook_off") {
    const { host, company, id, since, gone } = letter;
    const when = timeInWords(since, letter.locale);
    return dictionary.webhook_off({ host, company: nameInMail(company) ?? "Leadsy", id, when, gone });
  }
  const left = timeLeft(letter.link.left, letter.locale);
  if (letter.kind !== "invitation") return dictionary[letter.kind](left);
  const { inviter, company, access } = letter;
  return dictionary.invitation({
    inviter: nameInMail(inviter) ?? "Leadsy",
    company: nameInMail(company) ?? "Leadsy",
    access,
    left,
  });
}

function textOf({ greeting, message, link, notes, footer }: Content): string {
  const paragraphs = [greeting, ...message, ...(link ? [`${link.action}:\n${link.url}`] : []), ...notes];
  return `${paragraphs.join("\n\n")}\n\n-- \n${footer}\n`;
}
