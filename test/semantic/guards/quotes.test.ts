import { quotes } from '../../../src/semantic/guards/quotes.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(quotes, {
  vetoes: `
    translate "good morning" to French <> translate "good evening" to French
    what does "serendipity" mean <> what does "melancholy" mean
    who said 'I think, therefore I am' <> who said 'God is dead'
    rhymes with "orange" <> rhymes with "silver"
    spell “necessary” <> spell “separate”
    is "irregardless" a word <> is "ain't" a word
    shorten: "The cat sat on the mat." <> shorten: "The dog lay on the rug."
    fix the grammar: "He go home" <> fix the grammar: "She walk away"
    what is the plural of "ox" <> what is the plural of "goose"
    the meaning of 'break a leg' <> the meaning of 'spill the beans'
    print "yes" in C <> print "no" in C
    say «bonjour» in German <> say «merci» in German
    sentiment of "I love it" <> sentiment of "I hate it"
    origin of the word "salary" <> origin of the word "robot"
    reply to "Are you free tonight?" <> reply to "Where is my parcel?"
    who wrote "Dune" <> who wrote "Emma"
    a synonym for 'big' <> a synonym for 'tiny'
    count the letters in "banana" <> count the letters in "apple"
    pronounce "quay" <> pronounce "gauge"
    the song "Yesterday" <> the song "Imagine"
    is 'data' singular <> is 'media' singular
    antonym of “hot” <> antonym of “wet”
  `,
  passes: `
    translate "good morning" to French <> translate 'good morning' into French
    translate "good morning" to French <> translate good morning to French
    what does "serendipity" mean <> meaning of “serendipity”
    the meaning of 'to let the cat out of the bag' <> what does 'lets the cat out of the bag' mean
    who wrote "Dune" <> who wrote Dune
    rhymes with "Orange" <> rhymes with "orange"
    print "yes." in C <> print "yes" in C
    don't tell me the user's name <> do not tell me the name of the user
    it's the dogs' bowl <> it is the bowl of the dogs
    my "friend" lied <> my friend lied
    what does 'pay down a mortgage' mean <> meaning of 'to pay down a mortgage'
    is "data" singular or plural <> data: singular or plural
    who wrote the novel "Emma" <> author of "Emma"
    the words "big" and "tiny" <> the words "tiny" and "big"
    the song “Imagine” <> the song "Imagine"
    5" pipe <> five inch pipe
    rock 'n' roll history <> history of rock and roll
    translate «bonjour» <> translate "bonjour"
    the '90s <> the nineties
    spell "necessary" <> how is "necessary" spelt
    a "smart" fridge <> a fridge that is clever
  `,
});
