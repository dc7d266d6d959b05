import { signal } from "@preact/signals";
import { render } from "preact";
import { connect } from "../console/api/sending/connection.ts";
import { asLocale, locale } from "../console/i18n/locale.ts";
import { provideTexts, t } from "../console/i18n/text.ts";
import styles from "./embed.css";
import { Importer } from "./importer.tsx";
import type { Tell } from "./tell.ts";
import { TEXTS } from "./texts.ts";

/** As the token: what stands behind the `#` of the page's address, which no server sees. */
const FROM_ADDRESS = "#";
/** Where this script came from. */
const SCRIPT_ORIGIN = new URL(import.meta.url).origin;

const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
provideTexts(TEXTS);

/** Those on the page, and the one of them that works: what is known of the API and the language is the page's. */
const present = new Set<LeadsyImport>();
const active = signal<LeadsyImport | null>(null);

/** `<leadsy-import token="il_…">`: a file becomes leads on a page that is not the API's. See README.md. */
class LeadsyImport extends HTMLElement {
  static readonly observedAttributes = ["token", "api", "lang"];

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #token = signal("");

  connectedCallback(): void {
    this.#root.adoptedStyleSheets = [sheet];
    present.add(this);
    active.value ??= this;
    addEventListener("hashchange", this.#read);
    this.#read();
    render(<Shown element={this} token={this.#token} root={this.#root} tell={this.#tell} />, this.#root);
  }

  disconnectedCallback(): void {
    removeEventListener("hashchange", this.#read);
    render(null, this.#root);
    present.delete(this);
    if (active.value !== this) return;
    // A page may put the next one there before this one goes.
    const [next = null] = present;
    active.value = next;
    if (next) next.#read();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#read();
  }

  /** Reads the attributes, where this one is the one that works. */
  #read = (): void => {
    if (active.value !== this) return;
    locale.value = asLocale(this.getAttribute("lang") || document.documentElement.lang) ?? "en";
    const said = this.getAttribute("token") ?? "";
    const token = said === FROM_ADDRESS ? location.hash.slice(1) : said;
    connect({
      origin: originOf(this.getAttribute("api")),
      token: async () => token,
      // Nobody signs in here: a link that has ended is told.
      renew: async () => false,
    });
    this.#token.value = token;
  };

  #tell: Tell = (kind, detail) => {
    this.dispatchEvent(new CustomEvent(`leadsy-import:${kind}`, { detail, bubbles: true, composed: true }));
  };
}

/** The origin of the API that an element names; that of the script where it names none. */
function originOf(api: string | null): string {
  try {
    return api ? new URL(api, document.baseURI).origin : SCRIPT_ORIGIN;
  } catch {
    return SCRIPT_ORIGIN;
  }
}

interface Props {
  element: LeadsyImport;
  token: { readonly value: string };
  root: ShadowRoot;
  tell: Tell;
}

/** The importer, or why there is none. Another token begins again. */
function Shown({ element, token, root, tell }: Props) {
  if (active.value !== element) return <Refusal text={t("embed.second")} />;
  if (!token.value) return <Refusal text={t("embed.no_token")} />;
  return <Importer key={token.value} root={root} tell={tell} />;
}

function Refusal({ text }: { text: string }) {
  return (
    <p class="notice warn" role="alert">
      {text}
    </p>
  );
}

// A page may name the script twice.
if (!customElements.get("leadsy-import")) customElements.define("leadsy-import", LeadsyImport);
