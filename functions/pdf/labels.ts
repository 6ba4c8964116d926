import type { TemplateLabels } from '../contract/template-check.ts'

/**
 * Finds the word for `name` in a language: the template's own or else the built-in one of that language or a wider one (zh-Hant-TW, zh-Hant,
 * zh), then English; nothing when there is none at all.
 */
export function findLabel(name: string, locale: string, own: TemplateLabels = {}): string | undefined {
  for (const language of [...widerLanguages(locale), 'en']) {
    const word = wordOf(own, language, name) ?? wordOf(builtInLabels, language, name)
    if (word !== undefined) return word
  }
  return undefined
}

function widerLanguages(locale: string): string[] {
  const parts = locale.toLowerCase().split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

function wordOf(labels: TemplateLabels, language: string, name: string): string | undefined {
  const entry = Object.entries(labels).find(([tag]) => tag.toLowerCase() === language)?.[1]
  return entry && Object.hasOwn(entry, name) ? entry[name] : undefined
}

const names = [
  ...['ticket', 'event', 'date', 'until', 'time', 'place', 'holder', 'name', 'email', 'type', 'gate', 'section', 'row', 'seat'],
  ...['order', 'price', 'company', 'code', 'showCode', 'generated', 'validOnce'],
  ...['admission', 'howToShow'],
]

/** Lists the words of one language in the order of `names`. */
function words(...list: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, list[index] ?? name]))
}

const builtInLabels: TemplateLabels = {
  en: words(
    ...[
      'Ticket',
      'Event',
      'Date',
      'Until',
      'Time',
      'Place',
      'Ticket holder',
      'Name',
      'Email',
      'Type',
      'Gate',
      'Section',
      'Row',
      'Seat',
    ],
    ...['Order', 'Price', 'Company', 'Code', 'Show this code at the entrance', 'Generated', 'Valid for one person and one entry'],
    ...[
      'Admission ticket',
      'On paper or on a screen, at full brightness. Valid for one person and one entry: the first scan of this code counts, so do not share a picture of it.',
    ],
  ),
  fr: words(
    ...[
      'Billet',
      'Événement',
      'Date',
      'Jusqu’au',
      'Heure',
      'Lieu',
      'Titulaire du billet',
      'Nom',
      'E-mail',
      'Type',
      'Porte',
      'Bloc',
    ],
    ...['Rang', 'Place', 'Commande', 'Prix', 'Société', 'Code', 'Présentez ce code à l’entrée', 'Généré le'],
    ...['Valable pour une personne et une entrée'],
    ...[
      'Billet d’entrée',
      'Sur papier ou sur un écran, luminosité au maximum. Valable pour une personne et une entrée : le premier passage de ce code compte, n’en partagez pas d’image.',
    ],
  ),
  de: words(
    ...[
      'Ticket',
      'Veranstaltung',
      'Datum',
      'Bis',
      'Uhrzeit',
      'Ort',
      'Ticket für',
      'Name',
      'E-Mail',
      'Kategorie',
      'Eingang',
      'Block',
    ],
    ...['Reihe', 'Platz', 'Bestellung', 'Preis', 'Firma', 'Code', 'Diesen Code am Einlass zeigen', 'Erstellt am'],
    ...['Gilt für eine Person und einen Eintritt'],
    ...[
      'Eintrittskarte',
      'Auf Papier oder auf einem hellen Bildschirm. Gilt für eine Person und einen Eintritt: Der erste Scan zählt, teilen Sie also kein Bild dieses Codes.',
    ],
  ),
  es: words(
    ...[
      'Entrada',
      'Evento',
      'Fecha',
      'Hasta',
      'Hora',
      'Lugar',
      'Titular de la entrada',
      'Nombre',
      'Correo',
      'Tipo',
      'Puerta',
      'Sector',
    ],
    ...['Fila', 'Asiento', 'Pedido', 'Precio', 'Empresa', 'Código', 'Muestre este código en la entrada', 'Generado el'],
    ...['Válida para una persona y un acceso'],
    ...[
      'Entrada',
      'En papel o en una pantalla con el brillo al máximo. Válida para una persona y un acceso: cuenta la primera lectura de este código, no comparta su imagen.',
    ],
  ),
  it: words(
    ...[
      'Biglietto',
      'Evento',
      'Data',
      'Fino al',
      'Ora',
      'Luogo',
      'Titolare del biglietto',
      'Nome',
      'E-mail',
      'Tipo',
      'Ingresso',
      'Settore',
    ],
    ...['Fila', 'Posto', 'Ordine', 'Prezzo', 'Azienda', 'Codice', 'Mostri questo codice all’ingresso', 'Generato il'],
    ...['Valido per una persona e un ingresso'],
    ...[
      'Biglietto d’ingresso',
      'Su carta o su uno schermo alla massima luminosità. Valido per una persona e un ingresso: conta la prima lettura di questo codice, non ne condivida l’immagine.',
    ],
  ),
  pt: words(
    ...['Bilhete', 'Evento', 'Data', 'Até', 'Hora', 'Local', 'Titular do bilhete', 'Nome', 'E-mail', 'Tipo', 'Porta', 'Setor'],
    ...['Fila', 'Lugar', 'Encomenda', 'Preço', 'Empresa', 'Código', 'Mostre este código à entrada', 'Gerado em'],
    ...['Válido para uma pessoa e uma entrada'],
    ...[
      'Bilhete de entrada',
      'Em papel ou num ecrã com o brilho no máximo. Válido para uma pessoa e uma entrada: conta a primeira leitura deste código, não partilhe a sua imagem.',
    ],
  ),
  nl: words(
    ...['Ticket', 'Evenement', 'Datum', 'Tot', 'Tijd', 'Plaats', 'Tickethouder', 'Naam', 'E-mail', 'Soort', 'Ingang', 'Vak'],
    ...['Rij', 'Stoel', 'Bestelling', 'Prijs', 'Bedrijf', 'Code', 'Toon deze code bij de ingang', 'Gemaakt op'],
    ...['Geldig voor één persoon en één toegang'],
    ...[
      'Toegangsbewijs',
      'Op papier of op een scherm met maximale helderheid. Geldig voor één persoon en één toegang: de eerste scan van deze code telt, deel er dus geen foto van.',
    ],
  ),
  ar: words(
    ...[
      'تذكرة',
      'الفعالية',
      'التاريخ',
      'حتى',
      'الوقت',
      'المكان',
      'حامل التذكرة',
      'الاسم',
      'البريد الإلكتروني',
      'النوع',
      'البوابة',
      'القسم',
    ],
    ...['الصف', 'المقعد', 'الطلب', 'السعر', 'الشركة', 'الرمز', 'أبرز هذا الرمز عند المدخل', 'أُنشئت في'],
    ...['صالحة لشخص واحد ودخول واحد'],
    ...['تذكرة دخول', 'على الورق أو على شاشة بأعلى سطوع. صالحة لشخص واحد ودخول واحد: يُعتدّ بأول مسح لهذا الرمز، فلا تشارك صورته.'],
  ),
}
