import { identifiers } from '../../../src/semantic/guards/identifiers.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(identifiers, {
  vetoes: `
    what does get_user return <> what does get_account return
    what does getUser return <> what does setUser return
    git reset --hard <> git reset --soft
    what does tar -x do <> what does tar -c do
    open report.pdf <> open invoice.pdf
    edit /etc/hosts <> edit /etc/passwd
    explain \`a && b\` <> explain \`a || b\`
    what is useEffect for <> what is useMemo for
    parse config.json <> parse package.json
    how does parseInt() work <> how does parseFloat() work
    set MAX_SIZE <> set MIN_SIZE
    what is in ./src/main.ts <> what is in ./src/test.ts
    call user.getName() <> call user.setName()
    what does ls -a show <> what does ls -l show
    npm install --save-dev <> npm install --save-exact
    use @Override <> use @Deprecated
    rename user_id <> rename order_id
    delete C:\\temp\\a <> delete C:\\temp\\b
    what does str.split() do <> what does str.join() do
    run \`npm test\` <> run \`npm start\`
    git push --force <> git push
    echo $HOME <> echo $PATH
    What is 5 + 3? <> What is 5 - 3?
    what is 5 * 3 <> compute 5 / 3
    what is 2 ^ 8 <> what is 2 * 8
    is x < y <> is x > y
    is x <= y <> is x >= y
    is a == b <> is a != b
    what is -5 squared <> what is 5 squared
    what does # mean <> what does $ mean
    what does & mean <> what does | mean
    what does 😀 mean <> what is the meaning of 😢
    what flag is 🇺🇸 <> what flag is 🇬🇧
    what is x² <> what is x³
    take 20% off 50 <> take 20 off 50
  `,
  passes: `
    what does get_user return <> the return value of get_user
    what does get_user() return <> what does get_user return
    what does getUserId return <> what does get_user_id return
    the user_id column <> the user id column
    explain \`a && b\` <> what does \`a && b\` mean
    open report.pdf <> please open the file report.pdf
    git reset --hard <> what does git reset --hard do
    run \`npm test\` <> run npm test
    an iPhone case <> a case for an iPhone
    is JavaScript hard <> is javascript difficult
    use YouTube offline <> youtube without network
    what is 5 + 3 <> what's 5+3?
    what is 5 × 3 <> what is 5 * 3
    what is 6 ÷ 3 <> what is 6 / 3
    the check-in desk <> the check in desk
    salt & pepper <> salt and pepper
    what does 😀 mean <> the meaning of 😀
    thanks 😀 how do I log in <> how do I log in
    C# or Java <> c# or java?
    - a list - of things <> a list of things
    what is 5 − 3 <> what is 5 - 3
    *really* good films <> really good films
    # Sort a list <> Sort a list
    he won 6 -- 4 <> he won 6 – 4
    and/or in contracts <> and or or in contracts
    24/7 support <> support around the clock
    the useEffect hook <> useEffect, how does it work
    a well-known band <> a famous band
    edit /etc/hosts <> how do I edit /etc/hosts
    parse config.json in Go <> in Go, parse config.json
    pros/cons of tea <> advantages and drawbacks of tea
    60 kWh battery <> battery of 60 kilowatt hours
    call parseInt() on a string <> parseInt with a string
    set MAX_SIZE to 5 <> set the variable MAX_SIZE to 5
  `,
});
