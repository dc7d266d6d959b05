import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";
import type { Locale } from "../../../src/console/i18n/locale.ts";
import { TEXTS } from "../../../src/console/i18n/texts.ts";
import { expectNoErrors, type Party, showView } from "../console-party.ts";
import { messyFile } from "../messy-file.ts";
import { byKeyboard, byMouse, type Person } from "./person.ts";

/** How large the file of the main path is. */
const RECORDS = Number(process.env.CONSOLE_RECORDS) || 10_000;

const NAMES: Record<Locale, string> = { en: "English", es: "Español", pt: "Português" };

/** From an empty page to leads and back, as issue 16 says it. */
export function testMainFlow(party: () => Party): void {
  test.each([
    ["en", "the mouse", byMouse],
    ["es", "the mouse", byMouse],
    ["pt", "the keyboard alone", byKeyboard],
  ] as const)(
    "a messy file becomes leads, five records are mended, both are undone: %s, by %s",
    async (language, how, personOf) => {
      const page = await party().open();
      const isShown = how === "the mouse" && language === "en";
      await go(page, personOf(page), language, async (name) => {
        if (isShown) await showView(page, name);
      });
      expectNoErrors(page);
    },
  );

  async function go(
    page: Page,
    person: Person,
    language: Locale,
    show: (name: string) => Promise<void>,
  ): Promise<void> {
    const say = (key: keyof typeof TEXTS, values: Record<string, string | number> = {}) => {
      const text = TEXTS[key][language];
      const form = typeof text === "string" ? text : text.other;
      return form.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
    };
    const button = (key: keyof typeof TEXTS, values = {}) =>
      page.getByRole("button", { name: say(key, values), exact: true });
    const before = await leads();
    const file = messyFile(RECORDS);

    await person.choose(page.locator(".language"), NAMES[language]);
    await page.getByRole("heading", { name: say("session.title") }).waitFor();
    await show("sign-in");
    await person.write(page.locator("[name=email]"), "manager@demo.test");
    await person.write(page.locator("[name=password]"), DEMO_PASSWORD);
    await person.press(page.locator("[type=submit]"));
    await page.locator(".drop").waitFor();
    await show("import-choose");

    await person.bring(file);
    await page.locator(".column-name").first().waitFor();
    await person.choose(page.getByLabel(say("options.campaign"), { exact: true }), "Spring 2026");
    const target = page.getByLabel(say("columns.target.of", { header: "Ref interna" }));
    await person.choose(target, say("field.external_id"));
    await person.press(page.locator(".column", { hasText: "Etapa" }).locator("[aria-expanded]"));
    await person.choose(page.getByLabel(say("values.of", { value: "Cerrado" })), "Won");
    await page.getByText(say("columns.values.unknown", { n: 1 })).waitFor();
    await show("import-columns");

    await page.locator(".start-bar .main:enabled").waitFor();
    await person.press(button("start.try"));
    await page.getByText(say("dry.title")).waitFor();
    expect(await leads()).toEqual(before);
    await show("import-tried");
    await person.press(button("dry.commit"));
    await page.locator(".mend").waitFor();
    const counts = await page.locator(".ledger dd").allInnerTexts();
    expect(counts.map((count) => Number(count.replace(/\D/g, "")))).toEqual([
      RECORDS,
      RECORDS - file.rejected,
      file.rejected,
    ]);
    await person.press(page.locator(".group").first());
    await page.locator(".error-row").first().waitFor();
    await show("import-result");

    const wrong = page.locator(".cell.wrong").and(page.locator("[aria-label^=Correo]"));
    for (const number of [1, 2, 3, 4, 5]) {
      await person.write(wrong.first(), `mended${number}@feria.example.com`);
    }
    await person.press(button("mend.send", { n: 5 }));
    await page.getByRole("heading", { name: "feria-mended.csv" }).waitFor();
    await page.getByText(say("status.completed"), { exact: true }).waitFor();
    expect(await leads("WHERE email LIKE 'mended%'")).toHaveLength(5);

    await undo();
    await person.press(page.locator(".notice a").first());
    await page.getByRole("heading", { name: "feria.csv" }).waitFor();
    await undo();
    expect(await leads()).toEqual(before);
    await person.press(page.getByRole("link", { name: say("nav.imports"), exact: true }));
    await page.locator(".import-row").first().waitFor();
    await show("imports");

    async function undo(): Promise<void> {
      await person.press(button("undo.ask"));
      await person.press(button("undo.go"));
      await page.getByText(say("undo.done")).waitFor();
    }
  }

  /** The leads as they are, without what only ever grows. */
  async function leads(where = ""): Promise<unknown[]> {
    const { results } = await party()
      .worker.env.LEADS_0.prepare(
        `SELECT * FROM leads ${where} ${where ? "AND" : "WHERE"} deleted_at IS NULL ORDER BY id`,
      )
      .all();
    return results;
  }
}
