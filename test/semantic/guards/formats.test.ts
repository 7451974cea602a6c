import { formats } from '../../../src/semantic/guards/formats.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(formats, {
  vetoes: `
    list the planets as JSON <> list the planets as a table
    list the planets as JSON <> list the planets as YAML
    list the planets as JSON <> list the planets
    translate this to French <> translate this to German
    write a note to my boss in Spanish <> write a note to my boss in Italian
    explain gravity in French <> explain gravity
    explain gravity to a child <> explain gravity to an expert
    explain gravity for a five-year-old <> explain gravity for a physicist and engineer
    explain gravity for beginners <> explain gravity for experts
    a formal invitation to lunch <> a casual invitation to lunch
    a funny speech for a wedding <> a serious speech for a wedding
    sum up the book in three sentences <> sum up the book in three paragraphs
    explain tax as a poem <> explain tax as a story
    give me the steps as a numbered list <> give me the steps as a table
    answer in Dutch <> answer in Polish
    export the notes as CSV <> export the notes as XML
    say hello in Japanese <> say hello in Korean
    the answer as markdown please <> the answer as html please
    explain black holes to teenagers <> explain black holes to lawyers
    write it as an email <> write it as a letter
    describe the house as a haiku <> describe the house as an essay
    translate the menu into Arabic <> translate the menu into Hebrew
  `,
  passes: `
    list the planets as JSON <> list the planets in JSON
    list the planets as JSON <> planets, JSON output
    translate this to French <> translate this into French
    translate this to French <> French translation of this
    explain gravity to a child <> explain gravity for kids
    explain gravity to a child <> explain gravity for a five-year-old
    explain gravity for beginners <> explain gravity to a novice
    sum up the book in three sentences <> a summary of the book, three sentences
    a formal invitation to lunch <> formally invite somebody to lunch
    the French wine regions <> wine regions of France
    is English hard to learn <> how hard is it to learn English
    a list of fruits <> fruits in a list
    give me the steps as bullet points <> give me the steps as bullets
    parse JSON in a script <> how does a script parse JSON
    the table in the kitchen <> the kitchen table
    a letter to my landlord <> write to my landlord
    answer in Dutch <> Dutch answer please
    export the notes as CSV <> export notes in csv format
    a poem about rain <> write verse about rain
    user-friendly wording for this <> wording for this that users get
    do children need gravity <> does a child need gravity
  `,
});
