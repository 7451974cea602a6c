"""Edits by rule of one question: `other` asks something else with one word changed, `same` asks the same in slightly other words.

Both take the text and a `random.Random` and return the new text, or None where no rule fits. What rules make is easy and uniform; it teaches
the judge to look at single words, and no more than that: the authored groups teach the rest.
"""

import re

from words import KINDS, OPPOSITES

NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()

SWAPS = {}
for kind in KINDS:
    for word in kind:
        SWAPS.setdefault(word, []).append(kind)
OPPOSITE = {}
for one, other in OPPOSITES:
    OPPOSITE.setdefault(one, []).append(other)
    OPPOSITE.setdefault(other, []).append(one)


def _any(words):
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


SWAP = re.compile(rf"(?<![\w'-])({_any(SWAPS)})(?![\w'+#-])")
OPPOSED = re.compile(rf"(?<![\w'-])({_any(OPPOSITE)})(?![\w'-])", re.I)
DIGITS = re.compile(r"(?<![\w.,])(\d{1,7})(?![\w.,]*\d)")
NUMBER_WORD = re.compile(rf"\b({'|'.join(NUMBERS[2:])})\b", re.I)
# Words that are too often something other than one half of a pair of opposites.
LOOSE = {"like", "light", "right", "back", "first", "hard", "base", "even", "short", "last", "make", "ask", "now", "all", "over", "under"}


def _put(text, match, new):
    new = new[0].upper() + new[1:] if match.group(0)[:1].isupper() and not match.group(0).isupper() else new
    return text[: match.start()] + new + text[match.end() :]


def _choose(random, matches):
    matches = list(matches)
    return random.choice(matches) if matches else None


def number(text, random):
    match = _choose(random, DIGITS.finditer(text))
    if match:
        value = int(match.group(1))
        year = 1800 <= value <= 2100
        steps = (-10, -3, -2, -1, 1, 2, 3, 10) if year else (1, -1, 2, 5, value, 9 * value, -value // 2, 10)
        new = value + random.choice(steps)
        return _put(text, match, str(new)) if new > 0 and new != value else None
    match = _choose(random, NUMBER_WORD.finditer(text))
    if match:
        value = NUMBERS.index(match.group(1).lower())
        return _put(text, match, NUMBERS[random.choice([at for at in range(2, 13) if at != value and abs(at - value) < 4])])
    return None


def kind(text, random):
    match = _choose(random, (match for match in SWAP.finditer(text) if match.start() > 0 or match.group(1)[0].isupper()))
    if not match:
        return None
    others = [word for word in random.choice(SWAPS[match.group(1)]) if word.lower() not in text.lower()]
    if not others or {"the US", "the USA"} & {match.group(1)}:
        return None
    return _put(text, match, random.choice(others))


def opposite(text, random):
    matches = [match for match in OPPOSED.finditer(text) if match.group(1).lower() not in LOOSE or random.random() < 0.3]
    if not matches:
        return None
    match = random.choice(matches)
    return _put(text, match, random.choice(OPPOSITE[match.group(1).lower()]))


NEGATIONS = [
    (r"\b(do|does|did|is|are|was|were|should|would|could|has|have|must)n't\b", r"\1"), (r"\b(can)(?:'t|not)\b", r"\1"), (r" not\b", ""),
    (r"\bnever\b", "always"), (r"\bwithout\b", "with"), (r"\bwith (?=\w)", "without "),
    (r"\b(should|can|could|do|does|did|will|would|is|are) (i|you|we|they|people|one|it) (?=\w)", r"\1 \2 not "),
    (r"\b(that|there|this|it|things|people|who) (is|are|should|would|can|must) (?!not)(?=\w)", r"\1 \2 not "),
    (r"\b(i|you|we|they|people) (want|need|have|like|know|feel|use|get|believe|think|care|drink|eat|sleep)\b", r"\1 don't \2"),
    (r"^how to (?=\w)", "How not to "), (r"^how (do|can|should|would) (i|you|we|one) (?=\w)", r"How \1 \2 not "),
    (r" to (?=(?:use|eat|buy|do|have|learn|get|take|make|go|drink|wear|tell|pay|work|sleep|say|watch)\b)", " not to "),
]


def negation(text, random):
    found = [new for rule, by in NEGATIONS if (new := re.sub(rule, by, text, count=1, flags=re.I)) != text]
    return random.choice(found) if found else None


PHRASE = r"((?:the |a |an |my )?[\w.+#$-]+(?: [\w.+#-]+){0,1}?)"
END = r"(?=[?.,!]|$| in | on | by | using | with | for )"
DIRECTIONS = [
    (re.compile(rf"\bfrom {PHRASE} (to|into) {PHRASE}{END}", re.I), r"from \3 \2 \1"),
    (re.compile(rf"\b(convert|change|turn|translate|switch|migrate|export|exchange|transfer) {PHRASE} (to|into) {PHRASE}{END}", re.I), r"\1 \4 \3 \2"),
    (re.compile(rf"(?<=is |re ){PHRASE} (better|worse|faster|slower|bigger|smaller|stronger|cheaper|more \w+|less \w+|safer|easier|harder|older) than {PHRASE}{END}", re.I), r"\3 \2 than \1"),
]


def direction(text, random):
    for rule, by in DIRECTIONS:
        new = rule.sub(by, text, count=1)
        if new.lower() != text.lower():
            return new
    return None


ASKS = [
    (r"^how (?:do|can|should) (i|you|we) ", ["Why should {0} ", "When should {0} ", "Where can {0} ", "Should {0} ", "How often should {0} ", "What happens if {0} "]),
    (r"^how to ", ["Why ", "When to ", "Where to ", "Is it legal to ", "How long does it take to ", "How much does it cost to "]),
    (r"^what is the best way to ", ["What is the worst way to ", "What is the cheapest way to ", "When is the best time to ", "Where is the best place to "]),
    (r"^why (do|does|did|is|are|was|were|should|can) ", ["How {0} ", "When {0} ", "Where {0} "]),
    (r"^when (do|does|did|is|are|was|were|will|should) ", ["Why {0} ", "How {0} ", "Where {0} "]),
    (r"^where (do|does|did|is|are|was|were|should|can) ", ["Why {0} ", "When {0} ", "How {0} "]),
    (r"^who (is|was|are|were) ", ["Where {0} ", "When {0} ", "How old {0} "]),
    (r"^what (is|are) (the|a|an) ", ["Who {0} {1} ", "Where {0} {1} ", "When {0} {1} "]),
    (r"^how (?:much|many|long|often|old|far|big|fast) ", ["How long ", "How often ", "How far ", "How old ", "How big "]),
]


def question(text, random):
    for rule, others in ASKS:
        match = re.match(rule, text, re.I)
        if match:
            new = random.choice(others).format(*(part.lower() if part != "I" else part for part in match.groups())) + text[match.end() :]
            return new if new.lower() != text.lower() else None
    return None


LIMITS = """in India, in the US, in Germany, in London, for beginners, for kids, for women, for free, online, at home, under $500, in 2016, in 2024,
    without a degree, for a small business, with Python, on Windows, on a Mac, on Android, as a student, in the winter, after surgery, during pregnancy, at night,
    in one sentence, in three sentences, in 50 words, as a bullet list, as a table, as JSON, as a poem, in French, in Spanish, in German, in simple English"""
LIMITS = [limit.strip() for limit in LIMITS.replace("\n", " ").split(",")]


def limit(text, random):
    if len(text.split()) > 22 or re.search(r"[?.!].+\w", text[:-1]):
        return None
    body = text.rstrip("?.! ")
    return f"{body} {random.choice(LIMITS)}{text[len(body):].strip()[:1]}"


OTHERS = [(number, 5), (kind, 6), (negation, 5), (opposite, 6), (direction, 12), (question, 1.5), (limit, 1.6)]


def other(text, random):
    """Another question: one fact of the text changed. With the name of the rule."""
    for _ in range(6):
        rule = random.choices([rule for rule, _ in OTHERS], [weight for _, weight in OTHERS])[0]
        new = rule(text, random)
        if new and new.lower() != text.lower():
            return re.sub(r"\s+", " ", new), rule.__name__
    return None


SHORT = [
    ("what is", "what's"), ("who is", "who's"), ("where is", "where's"), ("how is", "how's"), ("it is", "it's"), ("i am", "I'm"), ("i have", "I've"),
    ("i would", "I'd"), ("you are", "you're"), ("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"), ("are not", "aren't"), ("cannot", "can't"),
    ("will not", "won't"), ("and", "&"), ("without", "w/o"), ("because", "cuz"), ("between", "b/w"),
]
SAMES = [
    ("how do i", "how can i", "how to", "how does one", "what is the way to", "what's the best way to", "in what way can i"),
    ("what is the best way to", "how can i best", "what's the ideal way to"), ("why is", "for what reason is", "how come"),
    ("what are the", "which are the", "list the", "tell me the"), ("what does", "what exactly does"), ("big", "large"), ("buy", "purchase"),
    ("start", "begin"), ("get rid of", "remove"), ("fix", "repair"), ("quickly", "fast"), ("job", "position"), ("kids", "children"), ("movie", "film"),
    ("about", "regarding"), ("show", "display"), ("need", "require"), ("learn", "study"), ("cheap", "inexpensive"), ("error", "problem"),
    ("difference between", "distinction between"), ("help", "assist"), ("good", "decent"), ("most important", "main"), ("happens", "occurs"),
]
BEFORE = """please tell me, can you tell me:, could you tell me:, I was wondering:, I'd like to know:, quick question:, hey!, hi there!, hello., ok so, just curious:,
    do you know:, any idea:, I have a question:, hi! I hope you are well., sorry if this was asked before:, one more thing:, a friend asked me:, urgent:""".replace("\n", " ")
BEFORE = [phrase.strip() for phrase in BEFORE.split(",")]
AFTER = [" please", ", thanks", " Thanks!", " thank you", " Thanks in advance.", " Any help is appreciated.", " I'm curious.", " Just wondering.", " Cheers"]


def _shorten(text, random):
    found = []
    for long, short in SHORT:
        for old, new in ((long, short), (short, long)):
            match = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.I)
            if match:
                found.append(_put(text, match, new))
    return random.choice(found) if found else None


def _reword(text, random):
    found = []
    for group in SAMES:
        for word in group:
            match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.I)
            if match:
                found.append(_put(text, match, random.choice([same for same in group if same != word])))
    return random.choice(found) if found else None


def _mistype(text, random):
    kept = {word.lower() for word in SWAPS} | set(OPPOSITE) | set(NUMBERS) | {"not", "without"}
    words = [match for match in re.finditer(r"\b[a-z]{5,}\b", text) if match.group(0) not in kept]
    if not words:
        return None
    match = random.choice(words)
    word = match.group(0)
    at = random.randrange(1, len(word) - 1)
    new = random.choice([word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word[: at + 1] + word[at:]])
    return text[: match.start()] + new + text[match.end() :]


def _punctuate(text, random):
    body = text.rstrip("?.! ")
    return random.choice([body.lower(), body, body + "??", body.lower() + " ?", text.lower(), body.replace(",", "").replace("'", "") + text[len(body) :], body + "..."])


def _greet(text, random):
    lower = text if re.match(r"(I\b|I'|[A-Z]{2,})", text) else text[:1].lower() + text[1:]
    return random.choice([f"{random.choice(BEFORE)} {lower}", text + random.choice(AFTER)])


RULES_SAME = [(_shorten, 2), (_reword, 4), (_mistype, 2), (_punctuate, 2), (_greet, 2.5)]


def same(text, random):
    """The same question with one or two slight changes."""
    new = text
    for _ in range(random.choice((1, 1, 2))):
        rule = random.choices([rule for rule, _ in RULES_SAME], [weight for _, weight in RULES_SAME])[0]
        new = rule(new, random) or new
    return re.sub(r"\s+", " ", new) if new != text else None
