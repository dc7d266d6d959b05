import type { Texts } from "../shape.ts";

/** The overview: leads over time, the cycle, and how imports came out. */
export const GLANCE = {
  "glance.span": { en: "Time", es: "Periodo", pt: "Período" },
  "glance.span.days": { en: "30 days", es: "30 días", pt: "30 dias" },
  "glance.span.weeks": { en: "12 weeks", es: "12 semanas", pt: "12 semanas" },
  "glance.span.months": { en: "12 months", es: "12 meses", pt: "12 meses" },
  "glance.by": { en: "Split by", es: "Dividir por", pt: "Dividir por" },
  "glance.by.stage": { en: "Stage", es: "Etapa", pt: "Etapa" },
  "glance.by.source": { en: "Source", es: "Fuente", pt: "Fonte" },
  "glance.arrived": { en: "New leads", es: "Leads nuevos", pt: "Leads novos" },
  "glance.won": { en: "moved to won", es: "pasaron a ganados", pt: "passaram a ganhos" },
  "glance.lost": { en: "moved to lost", es: "pasaron a perdidos", pt: "passaram a perdidos" },
  "glance.arrivals": { en: "arrived", es: "llegaron", pt: "chegaram" },
  "glance.chart": {
    en: "New leads over time; the table below has the same figures",
    es: "Leads nuevos en el tiempo; la tabla de abajo tiene las mismas cifras",
    pt: "Leads novos no tempo; a tabela abaixo tem os mesmos números",
  },
  "glance.table": {
    en: "The figures as a table",
    es: "Las cifras en una tabla",
    pt: "Os números em uma tabela",
  },
  "glance.period": { en: "From", es: "Desde", pt: "Desde" },
  "glance.all": { en: "All", es: "Todos", pt: "Todos" },
  "glance.no_source": { en: "no source", es: "sin fuente", pt: "sem fonte" },
  "glance.others": { en: "others", es: "otras", pt: "outras" },
  "glance.latest": {
    en: "The sources are those of the latest {n} leads; older ones count as “others”.",
    es: "Las fuentes son las de los últimos {n} leads; los anteriores cuentan como “otras”.",
    pt: "As fontes são as dos últimos {n} leads; os anteriores contam como “outras”.",
  },
  "glance.none": {
    en: "No leads arrived in this time.",
    es: "No llegaron leads en este periodo.",
    pt: "Nenhum lead chegou neste período.",
  },
  "glance.cycles": { en: "Cycles", es: "Ciclos", pt: "Ciclos" },
  "cycle.current": { en: "now", es: "en curso", pt: "em curso" },
  "cycle.upcoming": { en: "to come", es: "próximo", pt: "próximo" },
  "cycle.past": { en: "over", es: "terminado", pt: "encerrado" },
  "cycle.of_goal": {
    en: "{leads} of {goal} leads, {rate} of the goal",
    es: "{leads} de {goal} leads, {rate} de la meta",
    pt: "{leads} de {goal} leads, {rate} da meta",
  },
  "cycle.elapsed": {
    en: "{rate} of its time is over",
    es: "ha pasado {rate} de su tiempo",
    pt: "{rate} do tempo passou",
  },
  "glance.imports": { en: "Latest imports", es: "Últimas importaciones", pt: "Últimas importações" },
  "glance.imports.all": { en: "All imports", es: "Todas las importaciones", pt: "Todas as importações" },
  "glance.rate": { en: "{rate} accepted", es: "{rate} aceptados", pt: "{rate} aceitos" },
} satisfies Texts;
