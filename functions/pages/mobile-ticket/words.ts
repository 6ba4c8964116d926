import type { MobileTicketWords } from './mobile-ticket-words.ts'
import { moreWords } from './more-words.ts'

/** Finds the words of the first of the languages that there are words in, as BCP 47 tags; English otherwise. */
export function findWords(languages: readonly string[]): { language: string; words: MobileTicketWords } {
  for (const tag of languages) {
    const [language = ''] = tag.toLowerCase().split('-')
    const found = [traditionalChinese.test(tag) ? 'zh-hant' : '', language].find((one) => Object.hasOwn(words, one))
    if (found && words[found]) return { language: found, words: words[found] }
  }
  return { language: 'en', words: english }
}

/** Matches the tags of Chinese that is written in traditional characters. */
const traditionalChinese = /^zh-(?:hant|tw|hk|mo)\b/i

const english: MobileTicketWords = {
  qr: 'QR code of ticket',
  keep: 'Keep this ticket',
  calendar: 'Add to calendar',
  apple: 'Add to Apple Wallet',
  google: 'Add to Google Wallet',
  pdf: 'Open as PDF',
  png: 'Open as picture',
  kept: 'Kept on this device: opens without a network too.',
  gone: {
    title: 'This ticket is no longer valid',
    text: 'It was withdrawn or replaced, or this link is past its time. Ask the organiser for your new ticket.',
  },
  wrong: { title: 'No ticket is here', text: 'The link is not complete. Open it again from the message that it came in.' },
  down: { title: 'Your ticket cannot be shown just now', text: 'Try again in a moment.' },
}

const words: Readonly<Record<string, MobileTicketWords>> = {
  ...moreWords,
  en: english,
  fr: {
    qr: 'Code QR du billet',
    keep: 'Conserver ce billet',
    calendar: 'Ajouter au calendrier',
    apple: 'Ajouter à Apple Wallet',
    google: 'Ajouter à Google Wallet',
    pdf: 'Ouvrir en PDF',
    png: 'Ouvrir en image',
    kept: 'Conservé sur cet appareil : s’ouvre aussi sans réseau.',
    gone: {
      title: 'Ce billet n’est plus valable',
      text: 'Il a été retiré ou remplacé, ou ce lien a expiré. Demandez votre nouveau billet à l’organisateur.',
    },
    wrong: { title: 'Aucun billet ici', text: 'Le lien est incomplet. Ouvrez-le de nouveau depuis le message reçu.' },
    down: { title: 'Votre billet ne peut pas s’afficher pour l’instant', text: 'Réessayez dans un moment.' },
  },
  de: {
    qr: 'QR-Code des Tickets',
    keep: 'Ticket aufbewahren',
    calendar: 'Zum Kalender hinzufügen',
    apple: 'Zu Apple Wallet hinzufügen',
    google: 'Zu Google Wallet hinzufügen',
    pdf: 'Als PDF öffnen',
    png: 'Als Bild öffnen',
    kept: 'Auf diesem Gerät gespeichert: öffnet sich auch ohne Netz.',
    gone: {
      title: 'Dieses Ticket gilt nicht mehr',
      text: 'Es wurde zurückgezogen oder ersetzt, oder der Link ist abgelaufen. Fragen Sie den Veranstalter nach Ihrem neuen Ticket.',
    },
    wrong: {
      title: 'Hier ist kein Ticket',
      text: 'Der Link ist unvollständig. Öffnen Sie ihn noch einmal aus der Nachricht, in der er kam.',
    },
    down: { title: 'Ihr Ticket kann gerade nicht gezeigt werden', text: 'Versuchen Sie es gleich noch einmal.' },
  },
  es: {
    qr: 'Código QR de la entrada',
    keep: 'Guardar esta entrada',
    calendar: 'Añadir al calendario',
    apple: 'Añadir a Apple Wallet',
    google: 'Añadir a Google Wallet',
    pdf: 'Abrir como PDF',
    png: 'Abrir como imagen',
    kept: 'Guardada en este dispositivo: se abre también sin red.',
    gone: {
      title: 'Esta entrada ya no es válida',
      text: 'Fue retirada o sustituida, o el enlace ha caducado. Pida su nueva entrada al organizador.',
    },
    wrong: {
      title: 'Aquí no hay ninguna entrada',
      text: 'El enlace está incompleto. Ábralo de nuevo desde el mensaje recibido.',
    },
    down: { title: 'Su entrada no se puede mostrar ahora', text: 'Inténtelo de nuevo en un momento.' },
  },
  it: {
    qr: 'Codice QR del biglietto',
    keep: 'Conserva questo biglietto',
    calendar: 'Aggiungi al calendario',
    apple: 'Aggiungi ad Apple Wallet',
    google: 'Aggiungi a Google Wallet',
    pdf: 'Apri come PDF',
    png: 'Apri come immagine',
    kept: 'Conservato su questo dispositivo: si apre anche senza rete.',
    gone: {
      title: 'Questo biglietto non è più valido',
      text: 'È stato ritirato o sostituito, o il link è scaduto. Chieda il nuovo biglietto all’organizzatore.',
    },
    wrong: { title: 'Qui non c’è alcun biglietto', text: 'Il link è incompleto. Lo apra di nuovo dal messaggio ricevuto.' },
    down: { title: 'Il biglietto non può essere mostrato ora', text: 'Riprovi tra un momento.' },
  },
  pt: {
    qr: 'Código QR do bilhete',
    keep: 'Guardar este bilhete',
    calendar: 'Adicionar ao calendário',
    apple: 'Adicionar à Apple Wallet',
    google: 'Adicionar à Google Wallet',
    pdf: 'Abrir como PDF',
    png: 'Abrir como imagem',
    kept: 'Guardado neste dispositivo: abre também sem rede.',
    gone: {
      title: 'Este bilhete já não é válido',
      text: 'Foi retirado ou substituído, ou a ligação expirou. Peça o seu novo bilhete ao organizador.',
    },
    wrong: {
      title: 'Não há nenhum bilhete aqui',
      text: 'A ligação está incompleta. Abra-a de novo a partir da mensagem recebida.',
    },
    down: { title: 'O seu bilhete não pode ser mostrado agora', text: 'Tente de novo dentro de momentos.' },
  },
  nl: {
    qr: 'QR-code van ticket',
    keep: 'Dit ticket bewaren',
    calendar: 'Aan agenda toevoegen',
    apple: 'Aan Apple Wallet toevoegen',
    google: 'Aan Google Wallet toevoegen',
    pdf: 'Als pdf openen',
    png: 'Als afbeelding openen',
    kept: 'Bewaard op dit apparaat: opent ook zonder netwerk.',
    gone: {
      title: 'Dit ticket is niet meer geldig',
      text: 'Het is ingetrokken of vervangen, of de link is verlopen. Vraag de organisator om uw nieuwe ticket.',
    },
    wrong: {
      title: 'Hier is geen ticket',
      text: 'De link is niet volledig. Open hem opnieuw vanuit het bericht waarin hij stond.',
    },
    down: { title: 'Uw ticket kan nu niet worden getoond', text: 'Probeer het zo meteen opnieuw.' },
  },
  ar: {
    qr: 'رمز QR للتذكرة',
    keep: 'احتفظ بهذه التذكرة',
    calendar: 'أضف إلى التقويم',
    apple: 'أضف إلى Apple Wallet',
    google: 'أضف إلى Google Wallet',
    pdf: 'افتح بصيغة PDF',
    png: 'افتح كصورة',
    kept: 'محفوظة على هذا الجهاز: تُفتح بدون شبكة أيضًا.',
    gone: {
      title: 'لم تعد هذه التذكرة صالحة',
      text: 'تم سحبها أو استبدالها، أو انتهت صلاحية هذا الرابط. اطلب تذكرتك الجديدة من المنظِّم.',
    },
    wrong: { title: 'لا توجد تذكرة هنا', text: 'الرابط غير مكتمل. افتحه مجددًا من الرسالة التي وصلك فيها.' },
    down: { title: 'لا يمكن عرض تذكرتك الآن', text: 'حاول مرة أخرى بعد قليل.' },
  },
}
