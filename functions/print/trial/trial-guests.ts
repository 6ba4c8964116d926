/** A guest to try a template with: ordinary ones must be readable; nobody has an invented one's name. */
export interface TrialGuest {
  name: string
  isOrdinary: boolean
  isInvented?: boolean
  variables: Readonly<Record<string, unknown>>
}

const event = {
  eventName: 'Tech Conference 2024',
  eventDate: 'Wednesday, 12 June 2024 at 09:00',
  eventEndDate: 'Friday, 14 June 2024 at 18:00',
  startsAt: '2024-06-12T07:00:00.000Z',
  endsAt: '2024-06-14T16:00:00.000Z',
  timezone: 'Europe/Paris',
  location: 'Palais des Congrès, Paris',
}

const person = {
  email: 'john.doe@example.com',
  ticketType: 'VIP',
  locale: 'en-GB',
  dir: 'ltr',
  gate: 'B',
  section: '104',
  row: '12',
  seat: '4',
  order: 'A-20391',
  price: '49.9',
  currency: 'EUR',
  company: 'Analytical Engines',
  jobTitle: 'Engineer',
}

const rightToLeft = { dir: 'rtl', location: 'قصر المؤتمرات، باريس' }

/** The guests that every template is tried with: ordinary ones, then data that breaks layouts. */
export const trialGuests: readonly TrialGuest[] = [
  guest('ordinary', { firstName: 'John', lastName: 'Doe' }, true),
  guest(
    'ordinary, two names',
    {
      firstName: 'Marie-Christine',
      lastName: 'Schwarzenberger-Dupont',
      email: 'marie-christine.schwarzenberger@example.com',
      eventName: 'International Conference on Software Engineering 2024',
      ticketType: 'Early bird, three days',
    },
    true,
  ),
  {
    name: 'nothing optional',
    isOrdinary: true,
    variables: {
      ...event,
      firstName: 'Bo',
      lastName: 'Li',
      email: 'bo@example.com',
      ticketType: 'VIP',
      locale: 'en',
      dir: 'ltr',
    },
  },
  guest('very long', {
    firstName: 'Wolfgang Amadeus Johannes Chrysostomus Theophilus Sigismundus Maria Benedictus',
    lastName: 'von und zu Hohenlohe-Waldenburg-Schillingsfürst-Breunecker-Plettenberg zu Bückeburg',
    email: `${'very.long.local.part.'.repeat(3)}x@${'subdomain.'.repeat(9)}example.com`,
    eventName:
      'The Twenty-Seventh Annual International Symposium on the Theory, Practice, History and Future of Everything in General',
    location:
      'Konzerthaus am Gendarmenmarkt, Großer Saal, Eingang über die Freitreppe, Gendarmenmarkt 2, 10117 Berlin, Deutschland',
    ticketType: 'Platinum Hospitality Experience with Backstage Access',
    seat: 'Loge 14, fauteuil 128',
    row: 'Premier balcon, côté jardin',
    company: 'Gesellschaft für technische Zusammenarbeit und Entwicklung mit beschränkter Haftung',
  }),
  guest('unbroken', { firstName: 'W'.repeat(48), lastName: 'M'.repeat(48), ticketType: 'X'.repeat(40), order: '0'.repeat(40) }),
  guest('Arabic', {
    ...rightToLeft,
    firstName: 'عبد الرحمن',
    lastName: 'بن محمد الأنصاري',
    eventName: 'مؤتمر التقنية ٢٠٢٤ (Tech)',
    eventDate: 'الأربعاء، ١٢ يونيو ٢٠٢٤ في ٩:٠٠ ص',
    locale: 'ar',
  }),
  guest('Hebrew', { ...rightToLeft, firstName: 'נועה', lastName: 'בן־דוד', location: 'היכל התרבות, תל אביב', locale: 'he' }),
  guest('Japanese', {
    firstName: '健太郎',
    lastName: '勅使河原',
    eventName: '国際技術会議二〇二四',
    location: '東京国際フォーラム',
    locale: 'ja',
  }),
  guest('Thai and Hindi', {
    firstName: 'กัญญารัตน์ ปิ่นกู้',
    lastName: 'लक्ष्मीनारायण हृदयेंद्र सिंह',
    eventName: 'सर्वोच्च शिक्षा की दृष्टि में संस्कृति',
    location: 'ศูนย์ประชุมแห่งชาติสิริกิติ์ ชั้นใต้ดิน',
    ticketType: 'บัตรผู้เข้าร่วม',
    locale: 'th',
  }),
  guest('Telugu and Burmese', {
    firstName: 'శ్రీకృష్ణమూర్తి',
    lastName: 'ကျော်စွာမြင့်ဦး',
    eventName: 'రాష్ట్ర స్త్రీ శక్తి సమ్మేళనం',
    location: 'ရန်ကုန်မြို့၊ ကျောက်တံတား',
    ticketType: 'ప్రత్యేక',
    company: 'བསྒྲུབས་རྒྱལ་མཚོ',
    jobTitle: 'ស្ត្រីគ្រូបង្រៀន',
    locale: 'te',
  }),
  guest('Vietnamese', {
    firstName: 'Ẩmỹ Ợ',
    lastName: 'Nguyễn Ỗ Ặng',
    eventName: 'HỘI NGHỊ ẨM THỰC Ễ',
    location: 'Trung tâm Hội nghị Quốc gia Ở Mỹ Đình, Hà Nội',
    ticketType: 'VÉ ĐẶC BIỆT Ỗ',
    company: 'Công ty Ẩm thực Ệ',
    locale: 'vi',
  }),
  guest('Urdu', {
    dir: 'rtl',
    firstName: 'محمد',
    lastName: 'علی شیخ ٹھٹھوی',
    eventName: 'پاکستان کی بین الاقوامی نمائش',
    location: 'ایکسپو سینٹر، لاہور',
    locale: 'ur',
  }),
  invented('emoji', { firstName: '👩‍👩‍👧‍👦 Zoë', lastName: '🏳️‍🌈 O’Neill 🎉🎉', ticketType: '⭐️ VIP', locale: 'en' }),
  invented('combining marks', {
    firstName: 'Nguyễn'.normalize('NFD'),
    lastName: `Z${'\u0301\u0316'.repeat(3)}a${'\u0302\u0323'.repeat(3)}lgo`,
    locale: 'vi',
  }),
]

function guest(name: string, variables: Record<string, string>, isOrdinary = false): TrialGuest {
  return { name, isOrdinary, variables: { ...event, ...person, firstName: 'John', lastName: 'Doe', ...variables } }
}

function invented(name: string, variables: Record<string, string>): TrialGuest {
  return { ...guest(name, variables), isInvented: true }
}
