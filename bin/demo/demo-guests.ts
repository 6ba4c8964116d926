/** The event of the demo; its id is far from those of the examples. */
export const demoEvent = {
  id: 9_000_001,
  title: 'Ten Thousand Tickets Night',
  startsAt: '2027-06-12T20:00:00+02:00',
  endsAt: '2027-06-13T02:00:00+02:00',
  timezone: 'Europe/Paris',
  location: 'Palais des Congrès, Paris',
}

const firstNames =
  'Amélie Søren Łukasz Nguyễn João Zoë Björk Μαρία Дмитрий Олена مريم נועה 美咲 小明 민준 अनन्या สมชาย ნინო Անահիտ አበበ John Fatou Aoife Mateo Ingrid'.split(
    ' ',
  )
const lastNames =
  'Lefèvre Ågård Wójcik Trần Gonçalves Müller Guðmundsdóttir Παπαδοπούλου Иванов Шевченко الفاسي כהן 佐藤 王 김 शर्मा ใจดี ბერიძე Սարգսյան በቀለ Doe Diop Murphy García Lindqvist Okafor'.split(
    ' ',
  )
const ticketTypes = ['Standard', 'Standard', 'Standard', 'VIP', 'Press']

/** Writes a CSV file of `count` guests with ids from 1. Deterministic. */
export function writeGuestCsv(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    // The lengths of the lists are coprime, so a full name repeats only after all combinations.
    const firstName = firstNames[index % firstNames.length]
    const lastName = lastNames[index % lastNames.length]
    return `${index + 1},${firstName},${lastName},guest${index + 1}@example.com,${ticketTypes[index % ticketTypes.length]}`
  })
  return `guestId,firstName,lastName,email,ticketType\n${lines.join('\n')}\n`
}
