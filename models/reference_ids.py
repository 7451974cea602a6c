"""What the reference tokenizer makes of texts, to compare the one in src/semantic/model/wordpiece.ts with.

    python reference_ids.py --tokenizer tokenizer.json TEXTS ... > ids.jsonl
    python reference_ids.py --tokenizer tokenizer.json --fixture wordpiece-ids.json wordpiece-texts.json

TEXTS are JSON or JSONL files (also .gz); every string in them is a text. The first form writes one line a text, `[text, ids]`, for
scripts/check-tokenizer.ts. The second writes a fixture for the tests with a vocabulary of its own: the tokens that the texts need, every
single character of the full vocabulary that they hold, and the prefixes of both, so that the longest match is not the only one.
"""

import argparse
import copy
import gzip
import json
import sys

from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        if ".jsonl" in path:
            for line in file:
                if line.strip():
                    yield from strings(json.loads(line))
        else:
            yield from strings(json.load(file))


def plain(tokenizer_json):
    """The tokenizer without special tokens in texts (a text is data), padding and truncation."""
    tokenizer_json.update(padding=None, truncation=None, post_processor=None, added_tokens=[])
    return Tokenizer.from_str(json.dumps(tokenizer_json))


def encode(tokenizer, texts):
    return [encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]


def fixture(tokenizer_json, texts):
    full = tokenizer_json["model"]["vocab"]
    token_of = {identifier: token for token, identifier in full.items()}
    letters = set("".join(texts).lower())
    used = {token_of[identifier] for ids in encode(plain(copy.deepcopy(tokenizer_json)), texts) for identifier in ids}
    wanted = set(SPECIAL) | used
    for token in full:
        text = token.removeprefix("##")
        if len(text) == 1 and text in letters:
            wanted.add(token)
        elif any(one.removeprefix("##").startswith(text) and len(text) > 2 for one in used if len(one) > 6):
            wanted.add(token)
    vocabulary = sorted(wanted, key=full.get)
    small = copy.deepcopy(tokenizer_json)
    small["model"]["vocab"] = {token: identifier for identifier, token in enumerate(vocabulary)}
    return {"vocabulary": " ".join(vocabulary), "ids": [" ".join(map(str, ids)) for ids in encode(plain(small), texts)]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json of the starting weights")
    parser.add_argument("--fixture", help="where to write a fixture")
    parser.add_argument("texts", nargs="+")
    options = parser.parse_args()

    with open(options.tokenizer, encoding="utf-8") as file:
        tokenizer_json = json.load(file)
    texts = list(dict.fromkeys(text for path in options.texts for text in read(path)))
    if options.fixture:
        with open(options.fixture, "w", encoding="utf-8") as file:
            json.dump(fixture(tokenizer_json, texts), file, indent=0)
            file.write("\n")
        return
    tokenizer = plain(tokenizer_json)
    for start in range(0, len(texts), 20_000):
        batch = texts[start:start + 20_000]
        for text, ids in zip(batch, encode(tokenizer, batch)):
            sys.stdout.write(json.dumps([text, ids]) + "\n")


if __name__ == "__main__":
    main()
