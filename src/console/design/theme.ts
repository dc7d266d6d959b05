import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

/** As first-theme.ts reads it. */
const STORED = "leadsy.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** The theme that is shown: the one that was chosen here, or the system's. */
export const theme = signal<Theme>(shownTheme());
system.addEventListener("change", () => {
  theme.value = shownTheme();
});

/** Changes between light and dark, for this browser. */
export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(STORED, theme.value);
  document.documentElement.dataset.theme = theme.value;
}

function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : system.matches ? "dark" : "light";
}
