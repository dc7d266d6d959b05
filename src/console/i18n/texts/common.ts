import type { Texts } from "../shape.ts";

/** The frame of the page, and what several views say. */
export const COMMON = {
  "nav.label": { en: "Main", es: "Principal", pt: "Principal" },
  "nav.import": { en: "Import", es: "Importar", pt: "Importar" },
  "nav.imports": { en: "Imports", es: "Importaciones", pt: "Importações" },
  "nav.leads": { en: "Leads", es: "Leads", pt: "Leads" },
  "nav.overview": { en: "Overview", es: "Resumen", pt: "Resumo" },
  "nav.people": { en: "People", es: "Personas", pt: "Pessoas" },
  "nav.connect": { en: "Connect", es: "Conectar", pt: "Conectar" },
  "nav.sessions": { en: "Your sessions", es: "Tus sesiones", pt: "Suas sessões" },
  "nav.skip": { en: "Skip to content", es: "Ir al contenido", pt: "Ir para o conteúdo" },
  "nav.company": { en: "Company", es: "Empresa", pt: "Empresa" },
  "theme.dark": { en: "Dark colours", es: "Colores oscuros", pt: "Cores escuras" },
  "theme.light": { en: "Light colours", es: "Colores claros", pt: "Cores claras" },
  language: { en: "Language", es: "Idioma", pt: "Idioma" },
  loading: { en: "Loading …", es: "Cargando…", pt: "Carregando…" },
  cancel: { en: "Cancel", es: "Cancelar", pt: "Cancelar" },
  save: { en: "Save", es: "Guardar", pt: "Salvar" },
  copy: { en: "Copy", es: "Copiar", pt: "Copiar" },
  copied: { en: "Copied", es: "Copiado", pt: "Copiado" },
  retry: { en: "Try again", es: "Intentar de nuevo", pt: "Tentar de novo" },
  waiting: {
    en: "The server does not answer at the moment. Trying again; nothing is lost.",
    es: "El servidor no responde en este momento. Se intenta de nuevo; no se pierde nada.",
    pt: "O servidor não responde no momento. Tentando de novo; nada se perde.",
  },
  "problem.title": {
    en: "That did not work",
    es: "No se pudo hacer",
    pt: "Não foi possível",
  },
  "problem.network": {
    en: "The server cannot be reached. Check the connection and try again.",
    es: "No se puede llegar al servidor. Revisa la conexión e inténtalo de nuevo.",
    pt: "Não é possível alcançar o servidor. Verifique a conexão e tente de novo.",
  },
  "problem.unavailable": {
    en: "The server has trouble at the moment. Nothing was lost: try again in a minute.",
    es: "El servidor tiene problemas en este momento. No se perdió nada: inténtalo en un minuto.",
    pt: "O servidor está com problemas no momento. Nada se perdeu: tente em um minuto.",
  },
  "problem.forbidden": {
    en: "Your access does not allow this. Ask a manager of the company.",
    es: "Tu acceso no lo permite. Pide ayuda a un administrador de la empresa.",
    pt: "Seu acesso não permite isso. Fale com um gestor da empresa.",
  },
  "problem.not_found": {
    en: "It is not there: it was deleted, or you cannot see it.",
    es: "No está: se eliminó o no puedes verlo.",
    pt: "Não está aqui: foi excluído ou você não pode vê-lo.",
  },
  "company.none.title": {
    en: "You have no company yet",
    es: "Todavía no tienes empresa",
    pt: "Você ainda não tem empresa",
  },
  "company.none.text": {
    en: "Ask somebody who manages a company to invite you, and sign in again.",
    es: "Pide a quien administra una empresa que te invite y vuelve a entrar.",
    pt: "Peça a quem administra uma empresa que convide você e entre de novo.",
  },
  "company.unseen": {
    en: "This company does not exist, or you have no access to it. Choose another one above.",
    es: "Esta empresa no existe o no tienes acceso a ella. Elige otra arriba.",
    pt: "Esta empresa não existe ou você não tem acesso a ela. Escolha outra acima.",
  },
  "page.unknown": {
    en: "There is nothing at this address.",
    es: "No hay nada en esta dirección.",
    pt: "Não há nada neste endereço.",
  },
} satisfies Texts;
