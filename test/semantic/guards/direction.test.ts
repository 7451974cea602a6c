import { direction } from '../../../src/semantic/guards/direction.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(direction, {
  vetoes: `
    I owe money to my friend <> My friend owes money to me
    Can my landlord sue me? <> Can I sue my landlord?
    How can my boss fire me? <> How can I fire my boss?
    my tenant will not pay me, can the tenant evict me <> my tenant will not pay me, can I evict the tenant
    convert miles to kilometres <> convert kilometres to miles
    flights from Oslo to Rome <> flights from Rome to Oslo
    translate from French to English <> translate from English to French
    turn a list into a tuple <> turn a tuple into a list
    migrate from MySQL to Postgres <> migrate from Postgres to MySQL
    send money from Spain to Peru <> send money from Peru to Spain
    PDF to Word <> Word to PDF
    switch from Android to iPhone <> switch from iPhone to Android
    should I eat before running <> should I run before eating
    brush teeth after breakfast <> breakfast after brushing teeth
    does the dog chase the cat <> does the cat chase the dog
    did Brazil beat Peru at home <> did Peru beat Brazil at home
    JSON -> YAML <> YAML -> JSON
    move photos from the phone to the laptop <> move photos from the laptop to the phone
    why did Rome attack Carthage <> why did Carthage attack Rome
    change dollars into euros <> change euros into dollars
    train from Bonn to Kiel <> train from Kiel to Bonn
    can lions kill tigers <> can tigers kill lions
    binary to decimal by hand <> decimal to binary by hand
    does stress cause asthma <> does asthma cause stress
    copy from the server to a laptop <> copy from a laptop to the server
    paint before sanding <> sanding before paint
  `,
  passes: `
    Can I sue my landlord? <> May I sue my landlord?
    Can my landlord sue me? <> Could my landlord sue me?
    I was fired by my boss, what now <> my boss fired me, what now
    I lent my friend money, and he has not paid me <> my friend has not paid back the money that I lent
    I married my cousin <> my cousin married me
    I asked my boss and my boss asked me <> my boss asked me what I asked my boss
    convert miles to kilometres <> convert miles into kilometres
    flights from Oslo to Rome <> flights to Rome from Oslo
    translate from French to English <> translate French into English
    should I eat before running <> should I run after eating
    the difference between tea and coffee <> the difference between coffee and tea
    tea or coffee <> coffee or tea
    tell a crocodile from an alligator <> tell an alligator from a crocodile
    how far is the hotel from the beach <> how far is the beach from the hotel
    in Python, how do I sort a list <> how do I sort a list in Python
    compare cats with dogs <> compare dogs with cats
    PDF to Word <> turn PDF into Word
    is salt like sugar <> is sugar like salt
    migrate from MySQL to Postgres <> migrate to Postgres from MySQL
    a gift from Anna to Otto <> a gift to Otto from Anna
    how to go to Rome <> how do I go to Rome
    Spain vs Peru at football <> Peru vs Spain at football
    change dollars into euros <> change dollars to euros
    JSON -> YAML <> JSON to YAML
    wash hands before meals <> before meals wash hands
    stop the dog from barking <> how to stop a dog barking
    a train to Kiel <> the Kiel train
  `,
});
