import type { Texts } from "../shape.ts";

/** What only the importer on other pages says. */
export const EMBED = {
  "embed.label": { en: "Import of leads", es: "Importación de leads", pt: "Importação de leads" },
  "embed.noscript": {
    en: "This page needs JavaScript.",
    es: "Esta página necesita JavaScript.",
    pt: "Esta página precisa de JavaScript.",
  },
  "embed.no_token": {
    en: "This page has no link to import with: its address may have been copied in part. Ask the people who sent it to you for all of it.",
    es: "Esta página no tiene un enlace con el que importar: quizá su dirección se copió a medias. Pide la dirección completa a quien te la envió.",
    pt: "Esta página não tem um link para importar: talvez o endereço tenha sido copiado pela metade. Peça o endereço completo a quem o enviou.",
  },
  "embed.second": {
    en: "Another importer is on this page already. Use that one.",
    es: "Ya hay otro importador en esta página. Usa ese.",
    pt: "Já há outro importador nesta página. Use aquele.",
  },
  "embed.too_large": {
    en: "“{name}” has {size}; at most {most} can be sent here. Split it into smaller files and send them one by one.",
    es: "“{name}” tiene {size}; aquí se pueden enviar como máximo {most}. Divídelo en archivos más pequeños y envíalos uno por uno.",
    pt: "“{name}” tem {size}; aqui é possível enviar no máximo {most}. Divida-o em arquivos menores e envie um por um.",
  },
  "embed.blind": {
    en: "A workbook or an archive of this size cannot be looked at beforehand. Check it: columns are matched by their headers.",
    es: "Un libro o un archivo comprimido de este tamaño no se puede ver antes. Revísalo: las columnas se reconocen por su encabezado.",
    pt: "Uma pasta de trabalho ou um arquivo compactado deste tamanho não pode ser visto antes. Verifique-o: as colunas são reconhecidas pelo cabeçalho.",
  },
  "embed.check": { en: "Check the file", es: "Revisar el archivo", pt: "Verificar o arquivo" },
  "embed.check.hint": {
    en: "Nothing is imported yet: you see first what would become of each record.",
    es: "Todavía no se importa nada: primero verás qué pasaría con cada registro.",
    pt: "Nada é importado ainda: primeiro você vê o que aconteceria com cada registro.",
  },
  "embed.checking": {
    en: "Nothing is imported yet. Keep this page open: the next step is here.",
    es: "Todavía no se importa nada. Deja esta página abierta: el siguiente paso está aquí.",
    pt: "Nada é importado ainda. Deixe esta página aberta: o próximo passo está aqui.",
  },
  "embed.importing": {
    en: "It goes on even if you close this page.",
    es: "Continúa aunque cierres esta página.",
    pt: "Continua mesmo que você feche esta página.",
  },
  "embed.corrected": {
    en: "Download the rejections, correct them, and send that file.",
    es: "Descarga los rechazos, corrígelos y envía ese archivo.",
    pt: "Baixe as rejeições, corrija-as e envie esse arquivo.",
  },
  "problem.unauthorized": {
    en: "This link has ended. Ask the people who gave it to you for a new one.",
    es: "Este enlace ya no es válido. Pide uno nuevo a quien te lo dio.",
    pt: "Este link não vale mais. Peça um novo a quem o forneceu.",
  },
  "problem.origin_not_allowed": {
    en: "This link is for another page, and does not work on this one. Ask the people who gave it to you for a link for this page.",
    es: "Este enlace es para otra página y no funciona en esta. Pide a quien te lo dio un enlace para esta página.",
    pt: "Este link é para outra página e não funciona nesta. Peça a quem o forneceu um link para esta página.",
  },
  "problem.not_committable": {
    en: "This file cannot be imported as it was checked: it has more records than this link takes at a time, or the check is too old. Split it into smaller files, or check it again.",
    es: "Este archivo no se puede importar como se revisó: tiene más registros de los que este enlace admite a la vez, o la revisión es demasiado antigua. Divídelo en archivos más pequeños o revísalo de nuevo.",
    pt: "Este arquivo não pode ser importado como foi verificado: tem mais registros do que este link aceita por vez, ou a verificação é antiga demais. Divida-o em arquivos menores ou verifique-o de novo.",
  },
  "problem.payload_too_large": {
    en: "The file is too large. Split it into smaller files and send them one by one.",
    es: "El archivo es demasiado grande. Divídelo en archivos más pequeños y envíalos uno por uno.",
    pt: "O arquivo é grande demais. Divida-o em arquivos menores e envie um por um.",
  },
} satisfies Texts;
