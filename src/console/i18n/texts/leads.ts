import type { Texts } from "../shape.ts";

/** Leads: the list and the page of one. */
export const LEADS = {
  yes: { en: "yes", es: "sí", pt: "sim" },
  no: { en: "no", es: "no", pt: "não" },
  "leads.any": { en: "any", es: "cualquiera", pt: "qualquer" },
  "leads.nobody": { en: "nobody", es: "nadie", pt: "ninguém" },
  "leads.assignee": { en: "Assigned to", es: "Asignado a", pt: "Atribuído a" },
  "leads.search": { en: "Search", es: "Buscar", pt: "Buscar" },
  "leads.search.hint": {
    en: "Name, e-mail, phone, company",
    es: "Nombre, correo, teléfono, empresa",
    pt: "Nome, e-mail, telefone, empresa",
  },
  "leads.sort": { en: "Order", es: "Orden", pt: "Ordem" },
  "leads.sort.new": { en: "newest first", es: "más recientes primero", pt: "mais recentes primeiro" },
  "leads.sort.old": { en: "oldest first", es: "más antiguos primero", pt: "mais antigos primeiro" },
  "leads.clear": { en: "Clear filters", es: "Quitar filtros", pt: "Limpar filtros" },
  "leads.none": { en: "There are no leads yet.", es: "Todavía no hay leads.", pt: "Ainda não há leads." },
  "leads.none_fit": {
    en: "No lead fits. Remove a filter or shorten the search.",
    es: "Ningún lead coincide. Quita un filtro o acorta la búsqueda.",
    pt: "Nenhum lead corresponde. Remova um filtro ou encurte a busca.",
  },
  "leads.count": {
    en: { one: "{n} lead", other: "{n} leads" },
    es: { one: "{n} lead", other: "{n} leads" },
    pt: { one: "{n} lead", other: "{n} leads" },
  },
  "leads.count.at_least": {
    en: "over {count} leads",
    es: "más de {count} leads",
    pt: "mais de {count} leads",
  },
  "lead.facts": { en: "What is known", es: "Lo que se sabe", pt: "O que se sabe" },
  "lead.answers": { en: "Answers", es: "Respuestas", pt: "Respostas" },
  "lead.custom": { en: "Custom fields", es: "Campos propios", pt: "Campos próprios" },
  "lead.work": { en: "Next step", es: "Siguiente paso", pt: "Próximo passo" },
  "lead.origin": { en: "Where it came from", es: "De dónde vino", pt: "De onde veio" },
  "lead.created": { en: "Added {time}", es: "Agregado el {time}", pt: "Adicionado em {time}" },
  "lead.import": { en: "From an import", es: "De una importación", pt: "De uma importação" },
  "lead.record": { en: "record {n}", es: "registro {n}", pt: "registro {n}" },
  "lead.history": { en: "Stages", es: "Etapas", pt: "Etapas" },
  "lead.notes": { en: "Notes of the team", es: "Notas del equipo", pt: "Notas da equipe" },
  "lead.notes.none": { en: "No notes yet.", es: "Todavía no hay notas.", pt: "Ainda não há notas." },
  "lead.note": { en: "New note", es: "Nota nueva", pt: "Nova nota" },
  "lead.deleted": { en: "deleted", es: "eliminado", pt: "excluído" },
  "copies.title": { en: "The same person", es: "La misma persona", pt: "A mesma pessoa" },
  "copies.original": { en: "original", es: "original", pt: "original" },
  "copies.merge": { en: "Merge …", es: "Fusionar…", pt: "Mesclar…" },
  "copies.merge.title": { en: "Merge into this lead", es: "Fusionar en este lead", pt: "Mesclar neste lead" },
  "copies.merge.text": {
    en: {
      one: "This lead keeps what it has and gets what it lacks from {n} other, which is deleted.",
      other: "This lead keeps what it has and gets what it lacks from {n} others, which are deleted.",
    },
    es: {
      one: "Este lead conserva lo que tiene y recibe lo que le falta de otro lead, que se elimina.",
      other: "Este lead conserva lo que tiene y recibe lo que le falta de otros {n}, que se eliminan.",
    },
    pt: {
      one: "Este lead mantém o que tem e recebe o que falta de outro lead, que é excluído.",
      other: "Este lead mantém o que tem e recebe o que falta de outros {n}, que são excluídos.",
    },
  },
  "copies.merge.go": { en: "Merge", es: "Fusionar", pt: "Mesclar" },
  "problem.precondition_failed": {
    en: "Somebody changed the lead while you looked at it. It is shown as it is now: repeat your change.",
    es: "Alguien cambió el lead mientras lo veías. Ahora se muestra como está: repite tu cambio.",
    pt: "Alguém mudou o lead enquanto você o via. Agora ele aparece como está: repita sua mudança.",
  },
} satisfies Texts;
