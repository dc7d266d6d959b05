import type { Texts } from "../shape.ts";

/** Signing in and out. */
export const SESSION = {
  "session.title": { en: "Sign in", es: "Entrar", pt: "Entrar" },
  "session.lead": {
    en: "Import leads, see what became of each record, and take it back if you have to.",
    es: "Importa leads, ve qué pasó con cada registro y deshazlo si hace falta.",
    pt: "Importe leads, veja o que aconteceu com cada registro e desfaça se precisar.",
  },
  "session.email": { en: "E-mail", es: "Correo electrónico", pt: "E-mail" },
  "session.password": { en: "Password", es: "Contraseña", pt: "Senha" },
  "session.submit": { en: "Sign in", es: "Entrar", pt: "Entrar" },
  "session.working": { en: "Signing in …", es: "Entrando…", pt: "Entrando…" },
  "session.wrong": {
    en: "The e-mail or the password is wrong. Check both and try again.",
    es: "El correo o la contraseña no son correctos. Revísalos e inténtalo de nuevo.",
    pt: "O e-mail ou a senha está errado. Confira os dois e tente de novo.",
  },
  "session.ended.title": { en: "Sign in again", es: "Vuelve a entrar", pt: "Entre de novo" },
  "session.ended.text": {
    en: "Your session has ended. What you were doing is still here and goes on when you are back.",
    es: "Tu sesión terminó. Lo que hacías sigue aquí y continúa cuando vuelvas.",
    pt: "Sua sessão terminou. O que você fazia continua aqui e segue quando você voltar.",
  },
  "session.out": { en: "Sign out", es: "Salir", pt: "Sair" },
} satisfies Texts;
