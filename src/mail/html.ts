import type { Locale } from "./templates/wording.ts";

/** A mail as both of its forms say it; plain text throughout. */
export interface Content {
  locale: Locale;
  subject: string;
  greeting: string;
  message: string[];
  link: { url: string; action: string; bareLink: string } | null;
  notes: string[];
  footer: string;
}

const COLORS = { text: "#1b1b1f", quiet: "#55555f", link: "#1f4fd8", line: "#d8d8de" };

/** The HTML of a mail, whole and on its own: no image, script or style sheet is fetched. */
export function htmlOf({ locale, subject, greeting, message, link, notes, footer }: Content): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:24px;background:#ffffff;color:${COLORS.text};font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<main style="max-width:34em;margin:0 auto">
${[greeting, ...message].map(paragraph).join("\n")}
${link ? `${linkOf(link)}\n` : ""}${notes.map(paragraph).join("\n")}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid ${COLORS.line};font-size:14px;color:${COLORS.quiet}">${escapeHtml(footer)}</p>
</main>
</body>
</html>
`;
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
}

function linkOf({ url, action, bareLink }: NonNullable<Content["link"]>): string {
  const href = escapeHtml(url);
  return `<p style="margin:24px 0"><a href="${href}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:${COLORS.link};color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(action)}</a></p>
<p style="margin:0 0 16px;font-size:14px;color:${COLORS.quiet}">${escapeHtml(bareLink)}<br><a href="${href}" style="color:${COLORS.link};word-break:break-all">${href}</a></p>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML, good between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
