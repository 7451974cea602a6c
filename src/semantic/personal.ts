/**
 * Questions about the one who asks: their orders, accounts, files, appointments, and what the assistant is to remember or to do for them. Their
 * answers are nobody else's, and change. `my` before a general thing ("my dog barks at night") is not that.
 */
const OWNED = `account accounts address application appointment appointments balance bank bill bills birthday booking bookings boss calendar card cards cart case claim
  contract deposit diary doctor's email emails events flight flights homework inbox insurance invoice invoices location meeting meetings membership
  messages name notes notifications number order orders package paper parcel passport password payment payments payslip pin plan policy prescription
  profile purchases records refund reminder reminders rent reservation reservations results resume salary schedule score shipment shopping ssn
  subscription tasks test ticket tickets timetable to-do todo todos transactions trip username visa wallet`.split(/\s+/);

const PATTERNS: readonly RegExp[] = [
  /\b(?:remind|wake|call|text|email|message|notify|alert) me\b/i,
  /\b(?:remember|forget) (?:that|what|my|this|me)\b/i,
  /\bwhat(?:'s| is| was| did| have) (?:i|my)\b.*\b(?:say|said|tell|told|ask|asked|name|birthday|age)\b/i,
  /\b(?:where|when|what|how much|how many|which|who|is|are|has|have|did|does|was|will|show|list|check|track|read|find|tell|give|get|send|cancel|open|add|book|move|delete)\b[^.?!]{0,40}\bmy (?:[a-z]+ ){0,2}(?:OWNED)\b/i,
  /\b(?:do|did|have|am|was|can|will) i (?:owe|owed|have (?:any|a|an|to|left)|get|got|still|already|qualify|due|scheduled|booked|supposed)\b/i,
  /\b(?:near|around|close to) me\b|\bwhere am i\b|\bwho am i\b/i,
  /\b(?:as|like|that|what) (?:i|we) (?:said|told you|mentioned|asked|discussed)\b/i,
  /\b(?:send|drop|leave|give) me (?:a|an|the) (?:email|message|text|notification|notice|alert|reminder|call)\b/i,
  /\b(?:assigned|addressed|owed|due) to me\b/i,
].map((pattern) => new RegExp(pattern.source.replace('OWNED', OWNED.join('|')), pattern.flags));

/** How-to questions speak of "my account" and mean anybody's. */
const GENERAL = /\b(?:how (?:do|can|could|should|would|to)\b|steps (?:to|for)\b|what (?:do|should) i do (?:to|if|when)\b|can i\b|is it possible\b|way to\b|why (?:is|does|was|did|do|are)\b)/i;
/** Those that no how-to makes general. */
const ALWAYS = [0, 1, 2, 5, 6];

/** Whether a text is about the one who asks. Looks at the first 1,000 characters; takes a few microseconds. */
export function isPersonal(text: string): boolean {
  const part = text.slice(0, 1000);
  if (ALWAYS.some((at) => PATTERNS[at]!.test(part))) return true;
  return !GENERAL.test(part) && PATTERNS.some((pattern) => pattern.test(part));
}
