interface Failure {
  title: string
  text: string
}

/** Is what a mobile ticket says of itself in one language. What it says of the ticket has labels of its own. */
export interface MobileTicketWords {
  qr: string
  keep: string
  calendar: string
  apple: string
  google: string
  pdf: string
  png: string
  kept: string
  gone: Failure
  wrong: Failure
  down: Failure
}
