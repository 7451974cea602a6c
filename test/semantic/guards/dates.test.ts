import { dates } from '../../../src/semantic/guards/dates.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(dates, {
  vetoes: `
    Who won the cup in 2018? <> Who won the cup in 2022?
    tax rules for 2023 <> tax rules for 2024
    What is the weather like in May? <> What is the weather like in June?
    events on 14 March <> events on 15 March
    events on March 14 <> events on April 14
    shops open on Monday <> shops open on Sunday
    does the bus run on Tuesdays <> does the bus run on Thursdays
    call me at 3pm <> call me at 5pm
    the train at 15:00 <> the train at 16:30
    is 9 am too early to phone <> is 9 pm too early to phone
    what will the weather be tomorrow in Oslo <> what was the weather yesterday in Oslo
    sales of last week <> sales of next week
    report for last month <> report for this month
    budget for next year <> budget for this year
    music of the 1980s <> music of the 1990s
    fashion of the seventies <> fashion of the sixties
    what happened on 2024-03-31 <> what happened on 2024-04-01
    what happened on 31.03.2024 <> what happened on 31.03.2023
    due on 3/4/2024 <> due on 3/5/2024
    what to plant in spring <> what to plant in autumn
    a walk in the morning in Rome <> a walk in the evening in Rome
    best films of 2023 <> best films
    meeting at noon <> meeting at 3 pm
  `,
  passes: `
    call me at 3pm <> call me at 15:00
    call me at 3 p.m. <> call me at 3:00 pm
    meeting at noon <> meeting at 12 pm
    events on 14 March <> events on March 14th
    events on the 14th of March <> events on 14 Mar
    what happened on 2024-03-31 <> what happened on 31 March 2024
    what happened on 2024-03-31 <> what happened on 3/31/2024
    due on 3/4/2024 <> due on 4 March 2024
    shops open on Sunday <> which shops are open Sundays
    music of the 1980s <> music of the eighties
    music of the '80s <> music of the eighties
    Who won the cup in 2018? <> winner of the 2018 cup
    may I keep a dog in the flat <> am I allowed to keep a dog in the flat
    the march of the penguins <> how penguins march
    at 6 o'clock in the evening <> at 6 pm
    at 6 o'clock <> at 18:00
    sales of the past week <> sales of last week
    sales of the previous year <> sales of last year
    how do I make tea <> how is tea made
    a book with 2000 pages <> a book of 2,000 pages
    what will I do tomorrow <> what will I do tmrw
    what to plant in fall <> what to plant in autumn
    weather for Jan in Oslo <> Oslo weather in January
    is 2020 a leap year <> was 2020 a leap year
  `,
});
