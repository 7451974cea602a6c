import { questionWords } from '../../../src/semantic/guards/question-words.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(questionWords, {
  vetoes: `
    When was the bridge built? <> Where was the bridge built?
    When was the bridge built? <> Why was the bridge built?
    Who built the bridge? <> When was the bridge built?
    How long is the lease? <> When does the lease end?
    How many people work there? <> Who are the people who work there?
    How often should I water a fern? <> When should I water a fern?
    Where do swallows go in winter? <> Why do swallows go in winter?
    why do cats purr <> when do cats purr
    where can I renew a passport <> when can I renew a passport
    who can renew a passport <> where can I renew a passport
    How long does a passport last? <> Where does a passport last?
    How much does a cow eat? <> When does a cow eat?
    how many times does a cow eat <> how long does a cow eat
    what time does the shop open <> where does the shop open
    Who is Banksy? <> What is Banksy?
    How do planes fly? <> Why do planes fly?
    why should I learn to swim <> where should I learn to swim
    hi, when is the fair? <> hi, where is the fair?
    how far is the fair <> when is the fair
    how often does the bus run <> where does the bus run
    what is a mayor <> who is a mayor
    For how long can eggs be kept? <> Where can eggs be kept?
  `,
  passes: `
    How do I boil an egg? <> How can I boil an egg?
    How do I boil an egg? <> What is the way to boil an egg?
    How do I boil an egg? <> What's the best way to boil an egg?
    When was the bridge built? <> In what year was the bridge built?
    When was the bridge built? <> What year was the bridge built?
    Why do cats purr? <> What is the reason cats purr?
    Why do cats purr? <> How come cats purr?
    How long does a passport last? <> How many years does a passport last?
    How often should I water a fern? <> How frequently should I water a fern?
    Who built the bridge? <> Which person built the bridge?
    Where is the fair? <> In which town is the fair?
    What are ways to boil an egg? <> How to boil an egg
    How many people live in Malta? <> What is the population of Malta?
    How old is the bridge? <> What is the age of the bridge?
    How do I know when bread is done? <> When is bread done?
    tell me where the fair is <> where is the fair?
    Can you say when the shop opens? <> When does the shop open?
    When I boil an egg, how long does it take? <> How long does it take to boil an egg?
    What is the price of a stamp? <> How much is a stamp?
    How do I boil an egg? <> Boil an egg
    Which city is the fair in? <> Where is the fair?
  `,
});
