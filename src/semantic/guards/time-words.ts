/** Words for a day or span relative to now, and what they stand for. Spellings of one on one line. */
const LINES: Record<string, string> = {
  yesterday: 'yesterday', today: 'today|tonight', tomorrow: 'tomorrow|tmrw|tomorow|tommorow',
  'last week': 'last week|past week|previous week', 'this week': 'this week|current week', 'next week': 'next week|coming week|following week',
  'last month': 'last month|past month|previous month', 'this month': 'this month|current month', 'next month': 'next month|coming month|following month',
  'last year': 'last year|past year|previous year', 'this year': 'this year|current year', 'next year': 'next year|coming year|following year',
  'last quarter': 'last quarter|previous quarter', 'this quarter': 'this quarter|current quarter', 'next quarter': 'next quarter|coming quarter',
  'last weekend': 'last weekend', 'this weekend': 'this weekend', 'next weekend': 'next weekend',
  'last night': 'last night', 'last season': 'last season', 'this season': 'this season', 'next season': 'next season',
};

/** A word or pair of words, and the day or span it stands for. */
export const RELATIVE: ReadonlyMap<string, string> = new Map(
  Object.entries(LINES).flatMap(([day, spellings]) => spellings.split('|').map((one): [string, string] => [one, day])),
);

/** Parts of the day. */
export const DAY_PARTS: ReadonlyMap<string, string> = new Map([
  ['morning', 'morning'], ['mornings', 'morning'], ['breakfast', 'morning'], ['afternoon', 'afternoon'], ['afternoons', 'afternoon'],
  ['evening', 'evening'], ['evenings', 'evening'], ['dinner', 'evening'], ['night', 'night'], ['nights', 'night'], ['overnight', 'night'], ['lunch', 'noon'], ['lunchtime', 'noon'],
  ['spring', 'spring'], ['springtime', 'spring'], ['summer', 'summer'], ['autumn', 'autumn'], ['fall', 'autumn'], ['winter', 'winter'], ['wintertime', 'winter'], ['summertime', 'summer'],
]);
