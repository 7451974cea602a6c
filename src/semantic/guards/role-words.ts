import { stem } from '../text/stem.ts';

const stems = (words: string): string[] => words.trim().split(/\s+/).map(stem);

/** Relatives and others whom one asks for, and one name for each. */
export const KIN: ReadonlyMap<string, string> = new Map(`
  mother:mother mom:mother mum:mother mommy:mother mummy:mother mama:mother father:father dad:father daddy:father papa:father
  daughter:daughter son:son wife:wife husband:husband brother:brother sister:sister uncle:uncle aunt:aunt nephew:nephew niece:niece
  grandmother:grandmother grandma:grandmother granny:grandmother nan:grandmother grandfather:grandfather grandpa:grandfather grandad:grandfather
  boyfriend:boyfriend girlfriend:girlfriend cousin:cousin boss:boss manager:boss landlord:landlord tenant:tenant neighbour:neighbour neighbor:neighbour
  dog:dog cat:cat puppy:dog kitten:cat
`.trim().split(/\s+/).map((pair) => pair.split(':')).map(([word = '', kin = '']) => [stem(word), kin]));

/** Pronouns and the person they stand for. */
export const PERSONS: ReadonlyMap<string, string> = new Map([
  ...['i', 'me', 'my', 'mine', 'myself', 'we', 'us', 'our', 'ours', 'ourselves', "i'm", "i've"].map((word): [string, string] => [word, 'I']),
  ...['he', 'him', 'his', 'himself'].map((word): [string, string] => [word, 'he']),
  ...['she', 'her', 'hers', 'herself'].map((word): [string, string] => [word, 'she']),
  ...['they', 'them', 'their', 'theirs', 'themselves', "someone's", "somebody's"].map((word): [string, string] => [word, 'they']),
]);

/** Roles in which somebody asks, or is asked to speak. */
export const ROLE_NOUNS: ReadonlySet<string> = new Set(stems(`
  landlord tenant renter homeowner buyer seller vendor customer client supplier employer employee manager worker contractor freelancer intern
  teacher student pupil parent professor lecturer tutor doctor physician nurse patient carer caregiver dentist pharmacist therapist
  lawyer attorney judge plaintiff defendant witness juror policeman officer driver passenger cyclist pedestrian pilot
  host guest owner user admin administrator developer engineer designer tester recruiter candidate applicant interviewer interviewee
  borrower lender creditor debtor investor founder trader merchant retailer wholesaler importer exporter consumer producer
  citizen foreigner immigrant tourist traveller traveler visitor resident expat refugee minor adult teenager child senior pensioner retiree
  bride groom husband wife mother father son daughter author reader editor publisher translator journalist speaker listener
  coach player referee fan beginner expert novice sender recipient subscriber member nonmember volunteer veteran soldier farmer chef waiter
  man woman boy girl executor heir beneficiary trustee guarantor insurer policyholder claimant donor receiver director chair treasurer
  lessor lessee licensor licensee franchisor franchisee examiner candidate caller receptionist
`));
