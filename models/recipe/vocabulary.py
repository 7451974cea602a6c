"""Chooses the tokens to keep of MiniLM's vocabulary: all that development text has, the commonest whole words, the short Latin pieces.

    python vocabulary.py --development FOLDER --out FOLDER     writes vocabulary.txt, keep.json and tokenizer.json
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from corpora import corpus, groups
from starting_weights import model_folder
from tokenizers import Tokenizer

FILES = (
    "qqp-train.jsonl.gz", "qqp-dev.jsonl", "checklist-dev.jsonl", "langcache-prompts-dev.jsonl", "cai-prompts-dev.jsonl", "gptcache-mock.jsonl",
    "semantoneg-dev.jsonl", "paws-dev.jsonl", "apt.jsonl", "parade.jsonl.gz",
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
COMMON = 16_000  # ids below this stand for the commoner words: BERT's vocabulary is ordered so


def texts(folder):
    for name in FILES:
        for a, b, _ in corpus(folder, name):
            yield a
            yield b
    for side in (False, True):
        for group in groups("authored-*.jsonl", side):
            yield group["q"]
            yield from group["same"]
            yield from (other["text"] for other in group["different"])


def keeps(token, number, count):
    if token in SPECIAL:
        return True
    if token.startswith("[unused"):
        return False
    piece = token.removeprefix("##")
    if not piece.isascii():
        return count >= 5 or (not token.startswith("##") and len(piece) == 1 and ord(piece) < 0x250)
    return count >= 2 or len(piece) == 1 or (len(piece) <= 4 if token.startswith("##") else number < COMMON)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--development", required=True)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    counts = Counter()
    for encoding in tokenizer.encode_batch(list(dict.fromkeys(texts(options.development))), add_special_tokens=False):
        counts.update(encoding.ids)
    full = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    keep = [number for token, number in full if keeps(token, number, counts[number])]
    by_id = {number: token for token, number in full}

    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "keep.json").write_text(json.dumps(keep))
    (options.out / "vocabulary.txt").write_text("".join(f"{by_id[number]}\n" for number in keep), encoding="utf8")
    trimmed = json.loads((model_folder() / "tokenizer.json").read_text(encoding="utf8"))
    trimmed["model"]["vocab"] = {by_id[number]: at for at, number in enumerate(keep)}
    for added in trimmed.get("added_tokens", []):
        added["id"] = trimmed["model"]["vocab"][added["content"]]
    trimmed |= {"post_processor": None, "padding": None, "truncation": None}
    (options.out / "tokenizer.json").write_text(json.dumps(trimmed), encoding="utf8")
    print(f"{len(keep)} of {len(full)} tokens kept")


if __name__ == "__main__":
    main()
