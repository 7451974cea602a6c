"""Makes the pairs that the judge is trained on, in five stages.

    python pairs.py first  --development FOLDER --out FOLDER     broad: questions, edits by rule, some authored groups
    python pairs.py second --development FOLDER --out FOLDER     every authored pair, and other questions and edits
    python pairs.py third  --development FOLDER --out FOLDER     every authored pair once more, and others again
    python pairs.py fourth --development FOLDER --out FOLDER     pairs of some frames, with a part of all others
    python pairs.py fifth  --development FOLDER --out FOLDER     pairs of all frames, with a part of all others

Writes first.jsonl to fifth.jsonl, one [a, b, label, kind] a line, shuffled. Seeds are fixed.
"""

import argparse
import json
import random
from collections import Counter
from pathlib import Path

import edits
from corpora import corpus, groups, pairs_of
from frames import all_frames, pairs_of_frame

STAGES = ("first", "second", "third", "fourth", "fifth")
QUESTIONS = 21_000  # pairs taken of the question corpus
EDITED = 20_000  # pairs made by rule
BESIDE = 0.6  # how much of all that is not authored the later stages take, of what the first one took
FRAMED = {"fourth": (60, 48, 5), "fifth": (1_000, 24, 7)}  # the most frames of a file, pairs of a frame, and of an authored group's pairs that do not hold
SMALL = {  # other corpora: the most that is taken of each
    "checklist-dev.jsonl": 3_500, "paws-dev.jsonl": 2_000, "semantoneg-dev.jsonl": 1_500, "gptcache-mock.jsonl": 400, "langcache-prompts-dev.jsonl": 400,
    "cai-prompts-dev.jsonl": 250, "apt.jsonl": 1_000, "mqp-dev.jsonl": 1_000,
}


def some(rng, pairs, most):
    return rng.sample(pairs, min(most, len(pairs)))


def made_by_rule(positive, texts, count, rng):
    """Edited questions: a paraphrase with one fact changed, and, so that an edit by itself tells nothing, both sides with the same change."""
    while count > 0:
        a, b = rng.choice(positive) if rng.random() < 0.5 else [rng.choice(texts)] * 2
        changed = edits.other(b, rng)
        way = rng.random()
        pair = None
        if way < 0.5 and changed:
            pair = (a if a != b else (edits.same(a, rng) or a), changed[0] if rng.random() < 0.6 else edits.same(changed[0], rng), 0, changed[1])
        elif way < 0.65 and changed:
            alike = edits.same(changed[0], rng)
            pair = (changed[0], alike, 1, f"both {changed[1]}")
        elif way >= 0.65:
            pair = (a, edits.same(b, rng), 1, "reworded")
        if pair and pair[0] and pair[1] and pair[0].lower() != pair[1].lower():
            count -= 1
            yield pair


def inside(pair, passages, rng):
    """The pair with the same words around both: what differs is a part of something longer, as in the windows that long texts are judged by."""
    a, b, label, kind = pair
    before, after = (" ".join(rng.choice(passages).split()[: rng.randint(3, 18)]) for _ in range(2))
    way = rng.random()
    before, after = (before if way < 0.7 else ""), (after if way > 0.3 else "")
    return [f"{before} {text} {after}".strip() for text in (a, b)] + [label, f"inside {kind}"]


def authored(rng, pattern, wrongs):
    """Pairs of the training groups: all that hold, and `wrongs` of the sixteen that do not."""
    for group in groups(pattern, development=False):
        pairs = list(pairs_of(group))
        rng.shuffle(pairs)
        yield from (pair for pair in pairs if pair[2] == 1)
        yield from [pair for pair in pairs if pair[2] == 0][:wrongs]


def broad(folder, rng, share=1.0):
    """Pairs of the development corpora, and questions edited by rule."""
    questions = corpus(folder, "qqp-train.jsonl.gz")
    texts = [text for text in dict.fromkeys(text for a, b, _ in questions for text in (a, b)) if 3 <= len(text.split()) <= 30]
    positive = [(a, b) for a, b, label in questions if label == 1]
    made = [[*pair, "question"] for pair in some(rng, questions, int(share * QUESTIONS))]
    made += map(list, made_by_rule(positive, texts, min(int(share * EDITED), 4 * len(questions)), rng))
    for name, most in SMALL.items():
        pairs = corpus(folder, name)
        made += [[*pair, name] for pair in some(rng, pairs, int(share * most))]
    return made, texts


def first(folder, rng):
    made, texts = broad(folder, rng)
    made += map(list, authored(rng, "authored-[0ab].jsonl", 10))
    made += [inside(pair, texts, rng) for pair in some(rng, [pair for pair in made if len(pair[0]) + len(pair[1]) < 200], 4_000)]
    return made


def near_copies(rng):
    """Slight rewordings of authored texts, of the wrong ones too: else a text that is nearly the same would be a sign of label 0."""
    for group in groups("authored-*.jsonl", development=False):
        alike = [group["q"], *group["same"]]
        for text in (*rng.sample(alike, 2), rng.choice(group["different"])["text"]):
            copy = edits.same(text, rng)
            if copy and copy.lower() != text.lower():
                yield [text, copy, 1, "near copy"]


def later(folder, rng):
    prompts = [list(pair) for pair in authored(rng, "authored-*.jsonl", 16)]
    made = prompts + list(near_copies(rng)) + broad(folder, rng, BESIDE)[0]
    texts = [pair[0] for pair in prompts if len(pair[0].split()) > 12]
    made += [inside(pair, texts, rng) for pair in some(rng, [pair for pair in prompts if len(pair[0]) + len(pair[1]) < 240], 4_000)]
    return made


def framed(folder, rng, stage):
    """Pairs of frames; and, so that nothing else is forgotten, a part of what the stages before had."""
    frames, each, wrongs = FRAMED[stage]
    made = [list(pair) for frame in all_frames(frames) for pair in pairs_of_frame(frame, each, rng)]
    made += [list(pair) for pair in authored(rng, "authored-*.jsonl", wrongs)]
    made += some(rng, list(near_copies(rng)), 2_500) + broad(folder, rng, 0.12)[0]
    texts = [pair[0] for pair in made if 12 < len(pair[0].split()) < 60]
    made += [inside(pair, texts, rng) for pair in some(rng, [pair for pair in made if len(pair[0]) + len(pair[1]) < 240], 2_500)]
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--development", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--sample", type=int, help="keep only so many pairs")
    options = parser.parse_args()

    rng = random.Random(20251121 + STAGES.index(options.stage))
    if options.stage in FRAMED:
        made = framed(options.development, rng, options.stage)
    else:
        made = (first if options.stage == "first" else later)(options.development, rng)
    rng.shuffle(made)
    made = made[: options.sample]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{options.stage}.jsonl").write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in made), encoding="utf8")
    print(f"{len(made)} pairs, {sum(pair[2] for pair in made) / len(made):.1%} of label 1")
    print(", ".join(f"{kind} {count}" for kind, count in Counter(pair[3] for pair in made).most_common(30)))


if __name__ == "__main__":
    main()
