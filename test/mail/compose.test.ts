import { expect, it } from "vitest";
import { compose, type Letter } from "../../src/mail/compose.ts";
import type { Locale } from "../../src/mail/templates/wording.ts";
import { type LetterKind, letter, readHtml, URL } from "./letters.ts";

interface Expected {
  subject: string;
  /** What a reader of it must find. */
  says: string[];
  button?: string;
}

const GREETINGS: Record<Locale, [named: string, nameless: string]> = {
  en: ["Hello Ana,", "Hello,"],
  es: ["Hola, Ana:", "Hola:"],
  pt: ["Olá, Ana!", "Olá!"],
};

const EXPECTED: Record<Locale, Record<LetterKind, Expected>> = {
  en: {
    set_password: {
      subject: "Set your Leadsy password",
      says: ["account was created for you", "works once and expires in 24 hours"],
      button: "Choose a password",
    },
    reset_password: {
      subject: "Reset your Leadsy password",
      says: ["asked for a new password", "expires in 10 minutes", "your password stays the same"],
      button: "Choose a new password",
    },
    confirm_email: {
      subject: "Confirm your new e-mail address",
      says: ["to use this e-mail address", "expires in 24 hours", "nothing will change"],
      button: "Confirm the address",
    },
    email_changed: {
      subject: "Your Leadsy e-mail address is about to change",
      says: ["asked to change", "If it was not you, undo the change", "expires in 7 days"],
      button: "Undo the change",
    },
    confirm_sign_up: {
      subject: "Confirm your e-mail address",
      says: ["signed up for Leadsy", "expires in 7 days", "do not open the link"],
      button: "Confirm the address",
    },
    new_device: {
      subject: "New sign-in to your Leadsy account",
      says: ["from a new device, on February 17, 2026", "203.0.113.9", "reset your password at once"],
    },
    webhook_off: {
      subject: "A webhook of Café São João was switched off",
      says: ["to hooks.example.com since February 17, 2026", "PUT /webhooks/7", "POST /webhooks/7/redeliver"],
    },
    invitation: {
      subject: "Iñaki Ruiz invites you to Café São João",
      says: ["Iñaki Ruiz invites you to work with Café São João", "with manager access", "expires in 7 days"],
      button: "See the invitation",
    },
  },
  es: {
    set_password: {
      subject: "Elige tu contraseña de Leadsy",
      says: ["Se ha creado una cuenta", "una sola vez y caduca en 24 horas"],
      button: "Elegir contraseña",
    },
    reset_password: {
      subject: "Restablece tu contraseña de Leadsy",
      says: ["solicitud de contraseña nueva", "caduca en 10 minutos", "Si no fuiste tú"],
      button: "Elegir contraseña nueva",
    },
    confirm_email: {
      subject: "Confirma tu nuevo correo electrónico",
      says: ["esta dirección de correo electrónico", "caduca en 24 horas", "no cambiará nada"],
      button: "Confirmar la dirección",
    },
    email_changed: {
      subject: "Tu correo electrónico en Leadsy está a punto de cambiar",
      says: ["pidió cambiar", "Si no fuiste tú, deshaz el cambio", "caduca en 7 días"],
      button: "Deshacer el cambio",
    },
    confirm_sign_up: {
      subject: "Confirma tu correo electrónico",
      says: ["se registró en Leadsy", "caduca en 7 días", "no abras el enlace"],
      button: "Confirmar la dirección",
    },
    new_device: {
      subject: "Nuevo inicio de sesión en tu cuenta de Leadsy",
      says: ["desde un dispositivo nuevo, el 17 de febrero de 2026", "203.0.113.9", "Si no fuiste tú"],
    },
    webhook_off: {
      subject: "Se desactivó un webhook de Café São João",
      says: [
        "a hooks.example.com desde el 17 de febrero de 2026",
        "PUT /webhooks/7",
        "POST /webhooks/7/redeliver",
      ],
    },
    invitation: {
      subject: "Iñaki Ruiz te invita a Café São João",
      says: ["a trabajar con Café São João", "con acceso de gestor", "caduca en 7 días"],
      button: "Ver la invitación",
    },
  },
  pt: {
    set_password: {
      subject: "Escolha sua senha do Leadsy",
      says: ["foi criada para você", "uma única vez e expira em 24 horas"],
      button: "Escolher senha",
    },
    reset_password: {
      subject: "Redefina sua senha do Leadsy",
      says: ["um pedido de nova senha", "expira em 10 minutos", "sua senha continua a mesma"],
      button: "Escolher nova senha",
    },
    confirm_email: {
      subject: "Confirme seu novo e-mail",
      says: ["este endereço de e-mail", "expira em 24 horas", "nada vai mudar"],
      button: "Confirmar o endereço",
    },
    email_changed: {
      subject: "Seu e-mail no Leadsy está prestes a mudar",
      says: ["pediu para trocar", "Se não foi você, desfaça a troca", "expira em 7 dias"],
      button: "Desfazer a troca",
    },
    confirm_sign_up: {
      subject: "Confirme seu e-mail",
      says: ["se cadastrou no Leadsy", "expira em 7 dias", "não abra o link"],
      button: "Confirmar o endereço",
    },
    new_device: {
      subject: "Novo acesso à sua conta do Leadsy",
      says: ["por um dispositivo novo, em 17 de fevereiro de 2026", "203.0.113.9", "Se não foi você"],
    },
    webhook_off: {
      subject: "Um webhook de Café São João foi desativado",
      says: [
        "para hooks.example.com desde 17 de fevereiro de 2026",
        "PUT /webhooks/7",
        "POST /webhooks/7/redeliver",
      ],
    },
    invitation: {
      subject: "Iñaki Ruiz convidou você para Café São João",
      says: ["para trabalhar com Café São João", "com acesso de gestor", "expira em 7 dias"],
      button: "Ver o convite",
    },
  },
};

const CASES = (Object.keys(EXPECTED) as Locale[]).flatMap((locale) =>
  (Object.keys(EXPECTED[locale]) as LetterKind[]).map((kind) => ({
    locale,
    kind,
    ...EXPECTED[locale][kind],
  })),
);

it.each(CASES)(
  "says in $locale what a mail of kind $kind has to",
  async ({ locale, kind, subject, says, button }) => {
    const mail = compose(letter(kind, locale));
    const html = await readHtml(mail.html);
    expect(mail.subject).toBe(subject);
    expect(html.title).toBe(subject);
    expect(html.lang).toBe(locale);
    const [named, nameless] = GREETINGS[locale];
    for (const part of [named, ...says, ...(button ? [button] : [])]) {
      expect(mail.text).toContain(part);
      expect(html.text).toContain(part);
    }
    // The whole address, twice: behind the button, and to be copied.
    expect(html.links).toEqual(button ? [URL, URL] : []);
    expect(html.text.includes(URL)).toBe(button !== undefined);
    expect(mail.text.split("\n").includes(URL)).toBe(button !== undefined);
    expect(compose(letter(kind, locale, null)).text.split("\n")[0]).toBe(nameless);
  },
);

it("says nothing in another language than the reader's", () => {
  for (const kind of Object.keys(EXPECTED.en) as LetterKind[]) {
    const lines = (["en", "es", "pt"] as const).map((locale) =>
      compose(letter(kind, locale)).text.split("\n").filter(Boolean),
    );
    const shared = lines[0]?.filter((line) => lines[1]?.includes(line) || lines[2]?.includes(line));
    expect(shared?.filter((line) => line !== URL && line !== "-- ")).toEqual([]);
  }
});

it("names each access in the reader's language", () => {
  const named = {
    en: (access: string) => `with ${access} access.`,
    es: (access: string) => `con acceso de ${access}.`,
    pt: (access: string) => `com acesso de ${access}.`,
  };
  const accesses = {
    en: ["owner", "manager", "agent", "viewer"],
    es: ["propietario", "gestor", "agente", "lector"],
    pt: ["proprietário", "gestor", "agente", "leitor"],
  };
  for (const locale of ["en", "es", "pt"] as const) {
    for (const [index, access] of (["owner", "manager", "agent", "viewer"] as const).entries()) {
      const { text } = compose({ ...letter("invitation", locale), access } as Letter);
      expect(text).toContain(named[locale](accesses[locale][index] ?? ""));
    }
  }
});
