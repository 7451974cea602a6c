"""Authored frames: free rewordings of one request with slots in them, from which pairs are made that differ in one fact only.

A frame has `texts` that ask for the same thing, `other` texts that ask something else about the same slots (each of them another thing), and for every
slot its values, a value being one or more ways to say it that mean the same:

    {"id": "p-0001", "domain": "...", "texts": ["How do I {act} {what}?", "where is the switch to {act} {what}"], "other": ["Why should I {act} {what}?"],
     "slots": {"act": [["turn on", "enable"], ["turn off", "disable"]], "what": [["dark mode", "the dark theme"], ["captions"]]}}

A slot whose values are the name of another one, `"to": "from"`, takes its values from there, never the same one at a time: then the two can be
exchanged, which turns the question round.

    python frames.py --pairs 20 FILE         so many pairs of a file, to be read

`test/models/frames.test.ts` says what is wrong with a file of frames.
"""

import argparse
import random
import re
from pathlib import Path

from corpora import AUTHORED, lines

SLOT = re.compile(r"\{(\w+)\}")


def all_frames(most):
    """The frames of all files, the first `most` of each."""
    return [frame for path in sorted((AUTHORED / "frames").glob("*.jsonl")) for frame in lines(path)[:most]]


def values_of(frame):
    """Every slot's values, those that are another slot's in full; and which slots share."""
    slots = frame["slots"]
    return {name: slots[values] if isinstance(values, str) else values for name, values in slots.items()}, {
        name: values for name, values in slots.items() if isinstance(values, str)
    }


def choose(frame, rng):
    """One value for each slot, as its number."""
    values, shared = values_of(frame)
    chosen = {}
    for name in values:
        taken = {chosen[other] for other in chosen if shared.get(other, other) == shared.get(name, name)}
        chosen[name] = rng.choice([at for at in range(len(values[name])) if at not in taken])
    return chosen


def change(frame, chosen, rng):
    """The same choice with one slot's value changed, or two that share their values exchanged; None where there is no other value."""
    values, shared = values_of(frame)
    if shared and rng.random() < 0.5:
        one = rng.choice(list(shared))
        return {**chosen, one: chosen[shared[one]], shared[one]: chosen[one]}
    name = rng.choice(list(values))
    taken = {chosen[other] for other in chosen if shared.get(other, other) == shared.get(name, name)}
    left = [at for at in range(len(values[name])) if at not in taken]
    return {**chosen, name: rng.choice(left)} if left else None


def told(frame, text, chosen, rng):
    """A text with its slots filled, each value said in one of its ways; the first letter stays large where it was."""
    values, _ = values_of(frame)
    filled = SLOT.sub(lambda slot: rng.choice(values[slot.group(1)][chosen[slot.group(1)]]), text)
    return filled[:1].upper() + filled[1:] if text.startswith("{") and rng.random() < 0.7 else filled


def pairs_of_frame(frame, count, rng):
    """So many pairs: (a, b, label, kind)."""
    texts, other = frame["texts"], frame.get("other", [])
    made, seen = [], set()
    for _ in range(4 * count):
        if len(made) == count:
            break
        way, chosen = rng.random(), choose(frame, rng)
        if way < 0.44:  # the same in other words
            first, second = rng.sample(texts, 2) if way < 0.38 or not other else [rng.choice(other)] * 2
            pair = (told(frame, first, chosen, rng), told(frame, second, chosen, rng), 1, "frame: same")
        elif way < 0.86:  # one fact changed
            first, second = rng.sample(texts, 2) if way < 0.74 else [rng.choice([*texts, *other])] * 2
            changed = change(frame, chosen, rng)
            if changed is None:
                continue
            pair = (told(frame, first, chosen, rng), told(frame, second, changed, rng), 0, "frame: slot")
        elif other:  # something else asked of the same
            first, second = rng.choice(texts), rng.choice(other)
            if len(other) > 1 and way > 0.96:
                first, second = rng.sample(other, 2)
            pair = (told(frame, first, chosen, rng), told(frame, second, chosen, rng), 0, "frame: other")
        else:
            continue
        if pair[0].lower() != pair[1].lower() and pair[:2] not in seen:
            seen.add(pair[:2])
            made.append(pair)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=20)
    options = parser.parse_args()

    rng = random.Random()
    for frame in rng.choices(lines(options.file), k=options.pairs):
        a, b, label, kind = pairs_of_frame(frame, 1, rng)[0]
        print(f"{frame['id']} {label} {kind}\n  {a}\n  {b}\n")


if __name__ == "__main__":
    main()
