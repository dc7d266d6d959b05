import type { Locator, Page } from "playwright-core";
import { type Dropped, drop } from "../acts.ts";

/** What somebody does on a page, by the mouse or by the keyboard alone. */
export interface Person {
  press(button: Locator): Promise<void>;
  write(field: Locator, text: string): Promise<void>;
  /** Chooses what a list has under a label. */
  choose(list: Locator, label: string): Promise<void>;
  bring(file: Dropped): Promise<void>;
}

/** Somebody with a mouse. */
export function byMouse(page: Page): Person {
  return {
    press: (button) => button.click(),
    write: (field, text) => field.fill(text),
    choose: async (list, label) => {
      await list.selectOption({ label });
    },
    bring: (file) => drop(page, file),
  };
}

/** Somebody with a keyboard alone: whatever they use is reached by Tab. */
export function byKeyboard(page: Page): Person {
  const { keyboard } = page;
  const reach = async (element: Locator) => {
    await element.waitFor();
    for (let presses = 0; presses < 900; presses++) {
      if ((await element.and(page.locator(":focus")).count()) > 0) return;
      await keyboard.press("Tab");
    }
    throw new Error(`${element} is not reached by the Tab key`);
  };
  const press = async (button: Locator) => {
    await reach(button);
    await keyboard.press("Enter");
  };
  return {
    press,
    async write(field, text) {
      await reach(field);
      await keyboard.press("ControlOrMeta+A");
      await keyboard.insertText(text);
    },
    async choose(list, label) {
      await reach(list);
      // Its beginning is enough, and a space would open the list.
      await keyboard.type(label.slice(0, 3).trim());
    },
    async bring({ name, bytes }) {
      const chooser = page.waitForEvent("filechooser");
      await press(page.locator(".drop .main"));
      await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: bytes });
    },
  };
}
