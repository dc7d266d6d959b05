import { Marked, type Tokens } from "marked";
import type { GuideText } from "./guides.ts";
import { slugOf } from "./slug.ts";

/** A guide, or a page beside them. */
type Page = Omit<GuideText, "guide"> & { guide: string };

/**
 * Writes a guide as a page, with the other guides and its own sections beside it.
 *
 * @param all every guide, in their order.
 * @throws where a link leads to a file that is not served.
 */
export function renderGuide({ guide, title, markdown }: Page, all: GuideText[]): string {
  const sections: string[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const id = slugOf(text);
        const shown = this.parser.parseInline(tokens);
        if (depth === 2) sections.push(`<li><a href="#${id}">${shown}</a></li>`);
        return `<h${depth} id="${id}">${shown}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        return `<a href="${escapeHtml(servedAt(href, all))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // What stands after the language is for the tests.
      code({ text }: Tokens.Code) {
        return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`;
      },
      table(token: Tokens.Table) {
        const row = (cells: Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("\n");
        return `<div class="table" tabindex="0"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const content = marked.parse(markdown, { async: false });
  const links = all.map((one) => {
    const current = one.guide === guide;
    const link = `<a href="/docs/${one.guide}"${current ? ' aria-current="page"' : ""}>${escapeHtml(one.title)}</a>`;
    return `<li>${link}${current && sections.length > 0 ? `<ul>${sections.join("")}</ul>` : ""}</li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Leadsy</title>
<link rel="icon" type="image/svg+xml" href="/docs/favicon.svg">
<link rel="stylesheet" href="/docs/guide.css">
</head>
<body>
<a class="skip" href="#content">Skip to the guide</a>
<nav aria-label="Guides">
<details open><summary>Leadsy</summary>
<ul>
<li><a href="/docs">Reference</a></li>
${links.join("\n")}
</ul>
</details>
</nav>
<main id="content">
${content}</main>
</body>
</html>
`;
}

/** Where the page of a link is: other guides are served beside this one. */
function servedAt(href: string, all: GuideText[]): string {
  const [, file, anchor = ""] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  if (file === undefined) {
    if (/^(?:https:|#|\/docs$|\/docs\/problems\/|\/openapi\.json$|\/llms\.txt$|\/postman\.json$)/.test(href))
      return href;
    throw new Error(`A guide links to ${href}, which is not served.`);
  }
  if (!all.some(({ guide }) => guide === file)) throw new Error(`There is no guide ${file}.`);
  return `/docs/${file}${anchor}`;
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign,
  );
}
