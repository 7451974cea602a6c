import { numbers } from '../../../src/semantic/guards/numbers.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(numbers, {
  vetoes: `
    How do I run 5 km without stopping? <> How do I run 10 km without stopping?
    How far is 5 km on foot <> How far is 5 miles on foot
    Name three rivers in Africa <> Name four rivers in Africa
    Is 1,000 steps a day enough? <> Is 10,000 steps a day enough?
    What is 20% of 80? <> What is 25% of 80?
    Can I take 2 kg of cheese on a plane? <> Can I take 3 kg of cheese on a plane?
    Who was the third president of Ghana? <> Who was the second president of Ghana?
    how do I split a bill of $60 <> how do I split a bill of $90
    a hotel for 2 nights under 100 euros <> a hotel for 2 nights under 150 euros
    Convert 100 F to Celsius <> Convert 90 F to Celsius
    Give me a dozen names for a boat <> Give me six names for a boat
    my son is 12, can he stay alone <> my son is 8, can he stay alone
    roast a 2 kg chicken, how long <> roast a 2 lb chicken, how long
    How do I save 500 dollars a month? <> How do I save 500 euros a month?
    write an essay of 500 words on bees <> write an essay of 800 words on bees
    Is a loan of 20k risky? <> Is a loan of 30k risky?
    Explain twenty-one card game rules <> Explain forty-one card game rules
    the population of towns with 1.5 million people <> the population of towns with 2.5 million people
    a 30-minute workout <> a 45-minute workout
    top 5 tips for sleeping better <> top tips for sleeping better
    how long do 10 Mb take <> how long do 10 MB take
    is 100 Mbps fast <> is 100 MBps fast
    a plant of 5 MW <> a plant of 5 mW
    What does error 404 mean? <> What does error 403 mean?
    the side effects of 400 mg of ibuprofen <> the side effects of 600 mg of ibuprofen
    half a litre of milk in cups <> two litres of milk in cups
    Is 10 mg of melatonin safe? <> Is 10 g of melatonin safe?
    Is 1 mg of melatonin enough? <> Is 9 mg of melatonin enough?
    What is RFC 7231? <> What is RFC 7230?
    what runs on port 8080 <> what runs on port 8081
    is 20 °C warm <> is 21 °C warm
    is 20 °C warm <> is 20.5 °C warm
    Is a loan at 5% interest good? <> Is a loan at 5.9% interest good?
    Train with a learning rate of 0.01 <> Train with a learning rate of 0.001
    Set a timeout of 6 ms <> Set a timeout of 10 ms
    How thick is 1 mm of steel in inches? <> How thick is 10 mm of steel in inches?
    how many calories has 10 g of sugar <> how many calories has 12 g of sugar
    does World War II count as modern history <> does World War I count as modern history or World War III
  `,
  passes: `
    How do I run 5 km without stopping? <> How do I run 5 kilometres without stopping?
    How do I run 5 km without stopping? <> How do I run 5000 m without stopping?
    Is 1,000 steps a day enough? <> Is 1000 steps a day enough?
    Name two rivers in Africa <> Name 2 rivers in Africa
    Give me a dozen names for a boat <> Give me 12 names for a boat
    What is 50% of 80? <> What is half of 80?
    What is 20 percent of 80? <> What is 20% of 80?
    a hotel for $100 <> a hotel for 100 dollars
    a hotel for 100 USD <> a hotel for US$100
    Who was the third king of Norway? <> Who was the 3rd king of Norway?
    roast for 90 minutes <> roast for an hour and a half
    roast for 1.5 hours <> roast for 90 min
    pay over 12 months <> pay over 1 year
    pay over 24 months <> pay over two years
    is 2 weeks of notice enough <> is 14 days of notice enough
    a break of 30 minutes <> a break of half an hour
    a file of 2 GB <> a file of 2000 MB
    twenty-five jokes about cats <> 25 jokes about cats
    one thing I should know about bees <> a thing I should know about bees
    boil at 100 °C <> boil at 100 degrees Celsius
    two hundred and fifty people at a wedding <> 250 people at a wedding
    Is a loan of 20k risky? <> Is a loan of 20,000 risky?
    1.5 million people <> 1,500,000 people
    who won the first race <> who won the race first
    a run of 5k for starters <> a run of 5 km for starters
    both ends of the rope <> the two ends of the rope
    a town of 10 000 people <> a town of ten thousand people
    how long do 10 mb take <> how long do 10 MB take
    HOW LONG DO 10 GB TAKE <> how long do 10 Gb take
    bake 0.67 of the dough <> bake two thirds of the dough
    what is 0.89 as a share <> what is 0.894 as a share
    a bag of 1 lb of rice <> a bag of 0.45 kg of rice
    a 5 kg cat <> a 5 KG cat
    what does part IV of the book say <> what does part 4 of the book say
  `,
});
